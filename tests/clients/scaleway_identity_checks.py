"""Who arrives at Scaleway, and for which organization: the provider beside the scaleway package."""

from urllib.parse import parse_qs, urlsplit

from scaleway import Client
from scaleway.iam.v1alpha1 import IamV1Alpha1API

from checks import Sandbox
from identity import Arrival, Difference, Row, Table, compare
from scaleway_checks import APPLICATION, iam

ORGANIZATION = "55555555-aaaa-4aaa-8aaa-555555555555"
OTHER_ORGANIZATION = "66666666-aaaa-4aaa-8aaa-666666666666"


def call() -> None:
    """What the package does by itself."""
    IamV1Alpha1API(Client.from_config_file_and_env()).list_api_keys(page_size=1)


def variables(sandbox: Sandbox) -> dict[str, str]:
    return {"SCW_API_URL": sandbox.urls["scaleway"]}


def names(sandbox: Sandbox) -> dict[str, str]:
    """The sandbox tells callers by their secret keys, so that these have to be its own."""
    found = {"url": sandbox.urls["scaleway"]}
    for name in ("first", "second", "third"):
        key = iam(sandbox).create_api_key(description=name, application_id=APPLICATION)
        found |= {name: key.access_key, f"{name}_secret": key.secret_key}
    return found


def seen(entries: list[dict]) -> Arrival:
    """The access key, and the organization that was asked for."""
    lists = [entry for entry in entries if entry["operation"] == "ListAPIKeys"]
    if not lists:
        return None
    query = parse_qs(urlsplit(lists[-1]["path"]).query)
    return lists[-1]["access_key_id"], query.get("organization_id", [None])[0]


def pair(name: str, indent: str = "") -> str:
    """A key in a config file."""
    return f"{indent}access_key: ${name}\n{indent}secret_key: ${name}_secret\n"


def profile(name: str, entries: str) -> str:
    return f"profiles:\n  {name}:\n{entries}"


FIRST = {"SCW_ACCESS_KEY": "$first", "SCW_SECRET_KEY": "$first_secret"}
FILE = ".config/scw/config.yaml"
WORK = profile("work", pair("third", "    "))
IN_WORK = {"SCW_PROFILE": "work"}

STOPS = "the package goes on as whom the variables say; here it is an error, so that nothing is done under another identity"
OLDER = "the package does not know older names of variables; the official provider does"

TABLE = Table(
    module=__name__,
    source="scaleway/scaleway",
    resource=f'resource "scaleway_iam_api_key" "test" {{\n  application_id = "{APPLICATION}"\n}}',
    create="CreateAPIKey",
    variables=variables,
    names=names,
    seen=seen,
)

compare(
    TABLE,
    [
        Row("variables say who", ("$first", None), FIRST),
        Row("nobody calls without credentials", None),
        Row("nobody calls with an access key alone", None, {"SCW_ACCESS_KEY": "$first"}),
        Row("nobody calls with a secret key alone", None, {"SCW_SECRET_KEY": "$first_secret"}),
        Row("nobody calls with an access key of another form", None, FIRST | {"SCW_ACCESS_KEY": "AKIAEXAMPLE"}),
        Row("nobody calls with a secret key of another form", None, FIRST | {"SCW_SECRET_KEY": "secret"}),
        Row("the file in the user's folder says who", ("$second", None), files={FILE: pair("second")}),
        Row("variables go over the file", ("$first", None), FIRST, {FILE: pair("second")}),
        Row(
            "each half is taken from where it is",
            ("$first", None),
            {"SCW_SECRET_KEY": "$first_secret"},
            {FILE: "access_key: $first\n"},
        ),
        Row("a variable goes over its half of the file", ("$first", None), FIRST, {FILE: "access_key: $second\n"}),
        Row(
            "an empty variable is no reason to take the file",
            None,
            {"SCW_SECRET_KEY": ""},
            {FILE: pair("second")},
        ),
        Row(
            "the folder for configurations can be moved",
            ("$second", None),
            {"XDG_CONFIG_HOME": "$home/moved"},
            {"moved/scw/config.yaml": pair("second"), FILE: pair("third")},
        ),
        Row(
            "the file can be named",
            ("$second", None),
            {"SCW_CONFIG_PATH": "$home/named"},
            {"named": pair("second"), FILE: pair("third")},
        ),
        Row(
            "a named file that is not there is none",
            ("$first", None),
            FIRST | {"SCW_CONFIG_PATH": "$home/gone"},
            {FILE: pair("third")},
        ),
        Row(
            "config.yml is taken where there is no config.yaml",
            ("$second", None),
            files={".config/scw/config.yml": pair("second")},
            differs=Difference(None, "the package looks for config.yaml only; the official provider for config.yml, too"),
        ),
        Row(
            "config.yaml goes over config.yml",
            ("$second", None),
            files={FILE: pair("second"), ".config/scw/config.yml": pair("third")},
        ),
        Row("a profile goes over the root", ("$third", None), IN_WORK, {FILE: pair("second") + WORK}),
        Row("variables go over a profile", ("$first", None), FIRST | IN_WORK, {FILE: WORK}),
        Row(
            "what a profile lacks is taken from the root",
            ("$second", ORGANIZATION),
            IN_WORK,
            {FILE: pair("second") + profile("work", f"    default_organization_id: {ORGANIZATION}\n")},
        ),
        Row(
            "default names the root",
            ("$second", None),
            {"SCW_PROFILE": "default"},
            {FILE: pair("second") + profile("default", pair("third", "    "))},
        ),
        Row(
            "an active profile counts",
            ("$third", None),
            files={FILE: pair("second") + "active_profile: work\n" + WORK},
            differs=Difference(
                ("$second", None), "the package does not know active_profile; the vendor's command line and the official provider do"
            ),
        ),
        Row(
            "a named profile goes over the active one",
            ("$second", None),
            {"SCW_PROFILE": "default"},
            {FILE: pair("second") + "active_profile: work\n" + WORK},
        ),
        Row("nobody calls under a profile that is not there", None, {"SCW_PROFILE": "gone"}, {FILE: pair("second")}),
        Row(
            "a profile that is not there stops also who has variables",
            None,
            FIRST | {"SCW_PROFILE": "gone"},
            {FILE: pair("second")},
            differs=Difference(("$first", None), STOPS),
        ),
        Row(
            "a file that is no map stops also who has variables",
            None,
            FIRST,
            {FILE: "- access_key\n"},
            differs=Difference(("$first", None), STOPS),
        ),
        Row("a file can say where", ("$second", None), {"SCW_API_URL": None}, {FILE: pair("second") + "api_url: $url\n"}),
        Row(
            "a URL may end with a slash",
            ("$first", None),
            FIRST | {"SCW_API_URL": "$url/"},
            differs=Difference(None, "the package refuses it; here the slash is left out"),
        ),
        Row(
            "a variable says which organization",
            ("$first", ORGANIZATION),
            FIRST | {"SCW_DEFAULT_ORGANIZATION_ID": ORGANIZATION},
            {FILE: f"default_organization_id: {OTHER_ORGANIZATION}\n"},
        ),
        Row(
            "the file says which organization",
            ("$first", ORGANIZATION),
            FIRST,
            {FILE: f"default_organization_id: {ORGANIZATION}\n"},
        ),
        Row(
            "an older variable says which organization",
            ("$first", ORGANIZATION),
            FIRST | {"SCW_ORGANIZATION": ORGANIZATION},
            differs=Difference(("$first", None), OLDER),
        ),
        Row(
            "an older variable holds the secret key",
            ("$first", None),
            {"SCW_ACCESS_KEY": "$first", "SCW_TOKEN": "$first_secret"},
            differs=Difference(None, OLDER),
        ),
    ],
)
