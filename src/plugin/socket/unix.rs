//! A Unix socket in a folder with mode 0700.

use std::fs::{self, DirBuilder, Permissions};
use std::io;
use std::os::unix::fs::{DirBuilderExt, PermissionsExt, chown};
use std::path::{Path, PathBuf};

use nix::unistd::Group;
use tokio::net::{UnixListener, UnixStream};

use super::{Address, Error};
use crate::host::environment::Environment;
use crate::plugin::random;

/// Size of the path in the kernel's `sockaddr_un`, including the terminating zero.
const PATH_LIMIT: usize = if cfg!(any(target_os = "linux", target_os = "android")) {
    108
} else {
    104
};

/// An open socket. Dropping it removes the socket and its folder.
#[derive(Debug)]
pub(in crate::plugin) struct Listener {
    listener: UnixListener,
    folder: Folder,
}

impl Listener {
    /// Opens a socket in a new folder under `PLUGIN_UNIX_SOCKET_DIR`, or else the temporary folder, accessible for the group
    /// `PLUGIN_UNIX_SOCKET_GROUP` if set.
    pub(in crate::plugin) fn bind(environment: &Environment) -> Result<Self, Error> {
        let folder = Folder::make(environment)?;
        let socket = folder.socket();
        let listener = UnixListener::bind(&socket).map_err(|source| Error::Bind {
            at: socket.display().to_string(),
            source,
        })?;
        if let Some(group) = environment.get("PLUGIN_UNIX_SOCKET_GROUP") {
            folder.open_to(group).map_err(|source| Error::Group {
                group: group.to_owned(),
                source,
            })?;
        }
        Ok(Self { listener, folder })
    }

    /// The address for the host.
    pub(in crate::plugin) fn address(&self) -> Address {
        Address {
            network: "unix",
            text: self.folder.socket().display().to_string(),
        }
    }

    /// The folder of the socket.
    pub(in crate::plugin) fn folder(&self) -> PathBuf {
        self.folder.0.clone()
    }

    /// Accepts the next client.
    pub(in crate::plugin) async fn accept(&self) -> io::Result<UnixStream> {
        Ok(self.listener.accept().await?.0)
    }
}

/// The folder of a socket, removed with it.
#[derive(Debug)]
struct Folder(PathBuf);

impl Folder {
    /// Creates it where the environment says, or in `/tmp` if the host could not use that path.
    fn make(environment: &Environment) -> Result<Self, Error> {
        let name = format!("apikeys-{}", random::word());
        let parent = environment
            .get_os("PLUGIN_UNIX_SOCKET_DIR")
            .or_else(|| environment.get_os("TMPDIR"));
        let path = parent
            .and_then(|parent| std::path::absolute(parent).ok())
            .map(|parent| parent.join(&name))
            .filter(|path| is_usable(&socket_in(path)))
            .unwrap_or_else(|| Path::new("/tmp").join(&name));
        match DirBuilder::new().mode(0o700).create(&path) {
            Ok(()) => Ok(Self(path)),
            Err(source) => Err(Error::Folder { path, source }),
        }
    }

    fn socket(&self) -> PathBuf {
        socket_in(&self.0)
    }

    fn open_to(&self, group: &str) -> io::Result<()> {
        let id = match group.parse() {
            Ok(id) => id,
            Err(_) => Group::from_name(group)?.ok_or(io::ErrorKind::NotFound)?.gid.as_raw(),
        };
        // The folder comes last: until then no other user can reach the socket.
        for (path, mode) in [(&self.socket(), 0o660), (&self.0, 0o710)] {
            chown(path, None, Some(id))?;
            fs::set_permissions(path, Permissions::from_mode(mode))?;
        }
        Ok(())
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        // Somebody may have removed them already.
        let _ = fs::remove_file(self.socket());
        let _ = fs::remove_dir(&self.0);
    }
}

fn socket_in(folder: &Path) -> PathBuf {
    folder.join("plugin.sock")
}

/// Whether a path fits the kernel's structure and the handshake line.
fn is_usable(socket: &Path) -> bool {
    socket
        .to_str()
        .is_some_and(|text| text.len() < PATH_LIMIT && !text.contains(['|', '\n', '\r']))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use nix::unistd::getgid;

    use super::*;

    fn mode(path: &Path) -> u32 {
        fs::metadata(path).unwrap().permissions().mode() & 0o777
    }

    #[tokio::test]
    async fn the_socket_lies_in_a_private_folder_and_both_go() {
        let parent = tempfile::tempdir().unwrap();
        let environment = [("PLUGIN_UNIX_SOCKET_DIR", parent.path())].into_iter().collect();
        let listener = Listener::bind(&environment).unwrap();
        let address = listener.address();
        let socket = Path::new(&address.text);
        assert!(socket.starts_with(parent.path()));
        assert_eq!((address.network, mode(socket.parent().unwrap())), ("unix", 0o700));
        drop(listener);
        assert_eq!(fs::read_dir(parent.path()).unwrap().count(), 0);
    }

    #[tokio::test]
    async fn a_group_given_by_number_or_name_may_connect() {
        let parent = tempfile::tempdir().unwrap();
        let own = Group::from_gid(getgid()).unwrap().unwrap();
        for group in [own.gid.to_string(), own.name] {
            let variables = [
                ("PLUGIN_UNIX_SOCKET_DIR", parent.path().to_str().unwrap()),
                ("PLUGIN_UNIX_SOCKET_GROUP", group.as_str()),
            ];
            let listener = Listener::bind(&variables.into_iter().collect()).unwrap();
            assert_eq!(
                (mode(&listener.folder.socket()), mode(&listener.folder.0)),
                (0o660, 0o710),
                "{group}"
            );
        }
    }

    #[tokio::test]
    async fn an_unknown_group_is_an_error_and_leaves_nothing() {
        let parent = tempfile::tempdir().unwrap();
        let variables = [
            ("PLUGIN_UNIX_SOCKET_DIR", parent.path().to_str().unwrap()),
            ("PLUGIN_UNIX_SOCKET_GROUP", "no such group"),
        ];
        let error = Listener::bind(&variables.into_iter().collect()).unwrap_err();
        assert_eq!(
            error.to_string(),
            "setting the socket's group to no such group (PLUGIN_UNIX_SOCKET_GROUP)"
        );
        assert_eq!(fs::read_dir(parent.path()).unwrap().count(), 0);
    }

    #[test]
    fn paths_the_host_could_not_use_are_passed_over() {
        let long = format!("/{}", "x".repeat(PATH_LIMIT - 2));
        for (path, expected) in [
            ("/tmp/a/plugin.sock", true),
            ("/tmp/a|b/plugin.sock", false),
            ("/tmp/a\nb/plugin.sock", false),
            (long.as_str(), true),
            (&format!("{long}x"), false),
        ] {
            assert_eq!(is_usable(Path::new(path)), expected, "{path:?}");
        }
    }
}
