"""Who arrives at AWS, and for which region: the provider beside boto3.

The sandbox refuses most of these callers; who they are is in the journal all the same. So a row can make up access key ids as it likes.
"""

import hashlib

import boto3
from botocore.config import Config

from checks import Sandbox
from identity import Arrival, Difference, Row, Table, compare


def call() -> None:
    """What boto3 does by itself."""
    list_keys(boto3.Session())


def call_as_work() -> None:
    """What boto3 does when it is told the profile."""
    list_keys(boto3.Session(profile_name="work"))


def list_keys(session: boto3.Session) -> None:
    session.client("apigateway", config=Config(retries={"total_max_attempts": 1})).get_api_keys(limit=1)


def variables(sandbox: Sandbox) -> dict[str, str]:
    return {
        "AWS_ENDPOINT_URL_API_GATEWAY": sandbox.urls["aws"],
        "AWS_ENDPOINT_URL_STS": sandbox.urls["aws"],
        "AWS_ENDPOINT_URL_SSO": sandbox.urls["aws"],
        "AWS_ENDPOINT_URL_SSO_OIDC": sandbox.urls["aws"],
        # There is no instance here, and to find that out takes seconds.
        "AWS_EC2_METADATA_DISABLED": "true",
    }


def names(sandbox: Sandbox) -> dict[str, str]:
    return {
        "main": sandbox.environment["AWS_ACCESS_KEY_ID"],
        "main_secret": sandbox.environment["AWS_SECRET_ACCESS_KEY"],
        "url": sandbox.urls["aws"],
        "nowhere": "http://127.0.0.1:9",
    }


# The calls that give temporary credentials. Whose access key id these have is drawn anew each time; the way to them is not.
WAYS = [
    "AssumeRole",
    "AssumeRoleWithWebIdentity",
    "ContainerCredentials",
    "GetRoleCredentials",
    "InstanceCredentials",
]


def seen(entries: list[dict]) -> Arrival:
    """Who it is, and the region. Who got temporary credentials is told by the way to them."""
    lists = [entry for entry in entries if entry["operation"] == "GetApiKeys"]
    if not lists:
        return None
    ways = [entry for entry in entries if entry["operation"] in WAYS]
    if not ways:
        return (lists[-1]["access_key_id"], lists[-1]["region"])
    first = ways[0]["access_key_id"]
    return (" > ".join(([first] if first else []) + [way["operation"] for way in ways]), lists[-1]["region"])


MAIN = {"AWS_ACCESS_KEY_ID": "$main", "AWS_SECRET_ACCESS_KEY": "$main_secret"}
IRELAND = {"AWS_DEFAULT_REGION": "eu-west-1"}
KNOWN_TO_OTHERS = "boto3 does not know AWS_REGION; the vendor's other SDKs and the official provider do"

CONFIG = ".aws/config"
CREDENTIALS = ".aws/credentials"

ROLE = "arn:aws:iam::123456789012:role/sandbox"
SECOND_ROLE = "arn:aws:iam::123456789012:role/sandbox-second"
WEB_IDENTITY_TOKEN = "sandbox.aws-web-identity.EXAMPLE"
ROLE_SESSION = {"AWS_WEB_IDENTITY_TOKEN_FILE": "$home/token", "AWS_ROLE_ARN": ROLE}

CONTAINER = {
    "AWS_CONTAINER_CREDENTIALS_FULL_URI": "$url/container/credentials",
    "AWS_CONTAINER_AUTHORIZATION_TOKEN": "sandbox-container-token-EXAMPLE",
}
INSTANCE = {"AWS_EC2_METADATA_DISABLED": None, "AWS_EC2_METADATA_SERVICE_ENDPOINT": "$url"}

PORTAL = "sso_start_url = https://sandbox.awsapps.com/start\nsso_region = us-east-1\n"
SIGN_ON = "sso_account_id = 123456789012\nsso_role_name = SandboxAdmin\n"
SSO_TOKEN = """{"accessToken": "sandbox-sso-token-EXAMPLE", "expiresAt": "2999-01-01T00:00:00Z", "region": "us-east-1",
"startUrl": "https://sandbox.awsapps.com/start"}"""


def keys(access_key_id: str = "$main", secret: str = "$main_secret") -> str:
    return f"aws_access_key_id = {access_key_id}\naws_secret_access_key = {secret}\n"


def cached(name: str) -> dict[str, str]:
    """The token that `aws sso login` leaves behind."""
    return {f".aws/sso/cache/{hashlib.sha1(name.encode()).hexdigest()}.json": SSO_TOKEN}


WORK = {"AWS_PROFILE": "work"} | IRELAND

TABLE = Table(
    module=__name__,
    source="hashicorp/aws",
    resource='resource "aws_api_gateway_api_key" "test" {\n  name = "test"\n}',
    create="CreateApiKey",
    variables=variables,
    names=names,
    seen=seen,
)

compare(
    TABLE,
    [
        Row("variables say who and where", ("$main", "eu-west-1"), MAIN | IRELAND),
        Row(
            "a token does not change who it is",
            ("ASIAEXAMPLE", "eu-west-1"),
            IRELAND
            | {"AWS_ACCESS_KEY_ID": "ASIAEXAMPLE", "AWS_SECRET_ACCESS_KEY": "secret", "AWS_SESSION_TOKEN": "token"},
        ),
        Row("without a region nobody calls", None, MAIN),
        Row(
            "an empty region is none",
            None,
            MAIN | {"AWS_DEFAULT_REGION": ""},
            differs=Difference(("$main", ""), "boto3 signs for a region without a name, which no endpoint can be"),
        ),
        Row(
            "AWS_REGION says where",
            ("$main", "eu-west-1"),
            MAIN | {"AWS_REGION": "eu-west-1"},
            differs=Difference(None, KNOWN_TO_OTHERS),
        ),
        Row(
            "AWS_REGION goes over AWS_DEFAULT_REGION",
            ("$main", "us-west-2"),
            MAIN | IRELAND | {"AWS_REGION": "us-west-2"},
            differs=Difference(("$main", "eu-west-1"), KNOWN_TO_OTHERS),
        ),
        Row("nobody calls without credentials", None, IRELAND),
        Row("nobody calls with an id alone", None, IRELAND | {"AWS_ACCESS_KEY_ID": "$main"}),
        Row("nobody calls with a secret alone", None, IRELAND | {"AWS_SECRET_ACCESS_KEY": "$main_secret"}),
        Row("an empty id is none", None, MAIN | IRELAND | {"AWS_ACCESS_KEY_ID": ""}),
        Row(
            "the endpoint of all services is taken where the service has none of its own",
            ("$main", "eu-west-1"),
            MAIN | IRELAND | {"AWS_ENDPOINT_URL": "$url", "AWS_ENDPOINT_URL_API_GATEWAY": ""},
        ),
        Row(
            "the endpoint of the service goes over that of all",
            ("$main", "eu-west-1"),
            MAIN | IRELAND | {"AWS_ENDPOINT_URL": "$nowhere"},
        ),
        # Profiles.
        Row("the credentials file says who", ("$main", "eu-west-1"), IRELAND, {CREDENTIALS: f"[default]\n{keys()}"}),
        Row("the config file says who and where", ("$main", "eu-west-2"), files={CONFIG: f"[default]\n{keys()}region = eu-west-2\n"}),
        Row(
            "the credentials file goes over the config file",
            ("$main", "eu-west-1"),
            IRELAND,
            {CONFIG: f"[default]\n{keys('AKIAOTHER', 'secret')}", CREDENTIALS: f"[default]\n{keys()}"},
        ),
        Row("a profile is named by a variable", ("$main", "eu-west-1"), WORK, {CONFIG: f"[profile work]\n{keys()}"}),
        Row("keys go over a profile that a variable names", ("AKIAOTHER", "eu-west-1"),
            WORK | {"AWS_ACCESS_KEY_ID": "AKIAOTHER", "AWS_SECRET_ACCESS_KEY": "secret"}, {CONFIG: f"[profile work]\n{keys()}"}),
        Row(
            "a profile that is written goes over keys",
            ("$main", "eu-west-1"),
            IRELAND | {"AWS_ACCESS_KEY_ID": "AKIAOTHER", "AWS_SECRET_ACCESS_KEY": "secret"},
            {CONFIG: f"[profile work]\n{keys()}"},
            block='profile = "work"',
            call="call_as_work",
        ),
        Row("nobody calls by a profile that is not there", None, WORK, {CONFIG: f"[default]\n{keys()}"}),
        Row("nobody calls by half a pair of a profile", None, WORK, {CONFIG: "[profile work]\naws_access_key_id = $main\n"}),
        Row(
            "files can be named",
            ("$main", "eu-west-1"),
            IRELAND | {"AWS_CONFIG_FILE": "$home/one", "AWS_SHARED_CREDENTIALS_FILE": "$home/two"},
            {"two": f"[default]\n{keys()}", CREDENTIALS: f"[default]\n{keys('AKIAOTHER', 'secret')}"},
        ),
        Row(
            "the endpoint of a section of services is taken",
            ("$main", "eu-west-1"),
            MAIN | WORK | {"AWS_ENDPOINT_URL_API_GATEWAY": ""},
            {CONFIG: "[profile work]\nservices = local\n[services local]\napi_gateway =\n  endpoint_url = $url\n"},
        ),
        Row(
            "the endpoint of a profile is taken",
            ("$main", "eu-west-1"),
            MAIN | WORK | {"AWS_ENDPOINT_URL_API_GATEWAY": ""},
            {CONFIG: "[profile work]\nendpoint_url = $url\n"},
        ),
        # Roles.
        Row(
            "a role is assumed by another profile",
            ("$main > AssumeRole", "eu-west-1"),
            WORK,
            {CONFIG: f"[profile work]\nrole_arn = {ROLE}\nsource_profile = base\n[profile base]\n{keys()}"},
        ),
        Row(
            "a role is assumed by a role",
            ("$main > AssumeRole > AssumeRole", "eu-west-1"),
            WORK,
            {
                CONFIG: f"[profile work]\nrole_arn = {SECOND_ROLE}\nsource_profile = one\n"
                f"[profile one]\nrole_arn = {ROLE}\nsource_profile = base\n[profile base]\n{keys()}"
            },
        ),
        Row(
            "a role is assumed by the profile's own keys",
            ("$main > AssumeRole", "eu-west-1"),
            WORK,
            {CONFIG: f"[profile work]\nrole_arn = {ROLE}\nsource_profile = work\n{keys()}"},
        ),
        Row(
            "a role is assumed by the environment's keys",
            ("$main > AssumeRole", "eu-west-1"),
            IRELAND | MAIN,
            {CONFIG: f"[profile work]\nrole_arn = {ROLE}\ncredential_source = Environment\n"},
            block='profile = "work"',
            call="call_as_work",
        ),
        Row(
            "a role is assumed by the instance",
            ("InstanceCredentials > AssumeRole", "eu-west-1"),
            WORK | INSTANCE,
            {CONFIG: f"[profile work]\nrole_arn = {SECOND_ROLE}\ncredential_source = Ec2InstanceMetadata\n"},
        ),
        Row(
            "a role is assumed by the container",
            ("ContainerCredentials > AssumeRole", "eu-west-1"),
            WORK | CONTAINER,
            {CONFIG: f"[profile work]\nrole_arn = {SECOND_ROLE}\ncredential_source = EcsContainer\n"},
        ),
        Row(
            "nobody calls where a role is to be assumed by a profile that is not there",
            None,
            WORK,
            {CONFIG: f"[profile work]\nrole_arn = {ROLE}\nsource_profile = gone\n[default]\n{keys()}"},
        ),
        Row(
            "nobody calls where roles lead back to themselves",
            None,
            WORK,
            {
                CONFIG: f"[profile work]\nrole_arn = {ROLE}\nsource_profile = one\n"
                f"[profile one]\nrole_arn = {ROLE}\nsource_profile = work\n"
            },
        ),
        # Tokens, commands, and what is around.
        Row(
            "variables name a web identity",
            ("AssumeRoleWithWebIdentity", "eu-west-1"),
            IRELAND | ROLE_SESSION,
            {"token": WEB_IDENTITY_TOKEN},
        ),
        Row(
            "the variables' web identity goes over the default profile",
            ("AssumeRoleWithWebIdentity", "eu-west-1"),
            IRELAND | ROLE_SESSION,
            {"token": WEB_IDENTITY_TOKEN, CREDENTIALS: f"[default]\n{keys()}"},
        ),
        Row(
            "a profile names a web identity",
            ("AssumeRoleWithWebIdentity", "eu-west-1"),
            WORK,
            {"token": WEB_IDENTITY_TOKEN, CONFIG: f"[profile work]\nrole_arn = {ROLE}\nweb_identity_token_file = $home/token\n"},
        ),
        Row("nobody calls by a web identity that is not one", None, IRELAND | ROLE_SESSION, {"token": "another"}),
        Row(
            "a command says who",
            ("$main", "eu-west-1"),
            WORK,
            {
                CONFIG: "[profile work]\ncredential_process = cat $home/said\n",
                "said": '{"Version": 1, "AccessKeyId": "$main", "SecretAccessKey": "$main_secret"}',
            },
        ),
        Row("nobody calls by a command that fails", None, WORK, {CONFIG: "[profile work]\ncredential_process = cat $home/gone\n"}),
        Row(
            "a session of single sign-on says who",
            ("GetRoleCredentials", "eu-west-1"),
            WORK,
            {CONFIG: f"[profile work]\nsso_session = here\n{SIGN_ON}[sso-session here]\n{PORTAL}"} | cached("here"),
        ),
        Row(
            "single sign-on in its older form says who",
            ("GetRoleCredentials", "eu-west-1"),
            WORK,
            {CONFIG: f"[profile work]\n{PORTAL}{SIGN_ON}"} | cached("https://sandbox.awsapps.com/start"),
        ),
        Row(
            "nobody calls by single sign-on without having signed in",
            None,
            WORK,
            {CONFIG: f"[profile work]\nsso_session = here\n{SIGN_ON}[sso-session here]\n{PORTAL}"},
        ),
        Row("the container says who", ("ContainerCredentials", "eu-west-1"), IRELAND | CONTAINER),
        Row("the instance says who", ("InstanceCredentials", "eu-west-1"), IRELAND | INSTANCE),
        Row(
            "the container goes over the instance, and a profile over both",
            ("$main", "eu-west-1"),
            IRELAND | CONTAINER | INSTANCE,
            {CREDENTIALS: f"[default]\n{keys()}"},
        ),
    ],
)
