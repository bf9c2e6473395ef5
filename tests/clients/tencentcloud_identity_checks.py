"""Who arrives at Tencent Cloud, and by means of whom: the provider beside the Python SDK."""

import os

from tencentcloud.apigateway.v20180808 import models
from tencentcloud.apigateway.v20180808.apigateway_client import ApigatewayClient
from tencentcloud.common import credential
from tencentcloud.common.profile.client_profile import ClientProfile
from tencentcloud.common.profile.http_profile import HttpProfile

from checks import Sandbox
from identity import Arrival, Difference, Row, Table, compare
from tencentcloud_checks import REGION

ROLE = "qcs::cam::uin/100000000001:roleName/sandbox"
# The temporary credentials of tests/sandbox/src/credentials.rs.
TEMPORARY = "AKIDsandboxTemporary000000000EXAMPLE"


def call() -> None:
    """Where the SDK looks by itself."""
    list_keys(credential.DefaultCredentialProvider().get_credential())


def call_by_role() -> None:
    """A role, by means of the pair in the environment."""
    lead_to_sandbox()
    role = [os.environ[f"TENCENTCLOUD_ASSUME_ROLE_{name}"] for name in ("ARN", "SESSION_NAME")]
    pair = [os.environ["TENCENTCLOUD_SECRET_ID"], os.environ["TENCENTCLOUD_SECRET_KEY"]]
    list_keys(credential.STSAssumeRoleCredential(*pair, *role, endpoint=os.environ["TENCENTCLOUD_DOMAIN"]))


def call_by_instance() -> None:
    """The role of the instance."""
    list_keys(credential.CVMRoleCredential(os.environ["TENCENTCLOUD_CAM_ROLE_NAME"]))


def call_by_pod() -> None:
    """The identity of the pod."""
    lead_to_sandbox()
    list_keys(credential.DefaultTkeOIDCRoleArnProvider().get_credential())


def lead_to_sandbox() -> None:
    """Has the SDK find the token service, which it knows under one name and by one protocol only."""

    class Plain(HttpProfile):
        def __init__(self):
            super().__init__(protocol="http")

    credential.HttpProfile = Plain
    credential.OIDCRoleArnCredential._endpoint = os.environ["TENCENTCLOUD_DOMAIN"]


def list_keys(found) -> None:
    http = HttpProfile(protocol="http", endpoint=os.environ["TENCENTCLOUD_DOMAIN"])
    client = ApigatewayClient(found, REGION, ClientProfile(httpProfile=http))
    client.DescribeApiKeysStatus(models.DescribeApiKeysStatusRequest())


def variables(sandbox: Sandbox) -> dict[str, str]:
    return {
        "TENCENTCLOUD_DOMAIN": sandbox.environment["TENCENTCLOUD_DOMAIN"],
        "TENCENTCLOUD_PROTOCOL": "HTTP",
        # Nobody but an instance reaches its metadata; here it is reached as if through a proxy.
        "HTTP_PROXY": sandbox.urls["tencentcloud"],
        "NO_PROXY": "127.0.0.1",
    }


def names(sandbox: Sandbox) -> dict[str, str]:
    return {
        "main": sandbox.environment["TENCENTCLOUD_SECRET_ID"],
        "main_secret": sandbox.environment["TENCENTCLOUD_SECRET_KEY"],
    }


def seen(entries: list[dict]) -> Arrival:
    """The secret id, and before it how it was come by: each call for credentials, with the secret id that made it."""
    lists = [entry for entry in entries if entry["operation"] == "DescribeApiKeysStatus"]
    if not lists:
        return None
    others = [entry for entry in entries if entry["operation"] not in ("CreateApiKey", "DescribeApiKeysStatus")]
    return *((entry["operation"], entry["access_key_id"]) for entry in others), lists[-1]["access_key_id"]


def section(name: str, id: str) -> str:
    return f"[{name}]\nsecret_id = {id}\nsecret_key = secret\n"


MAIN = {"TENCENTCLOUD_SECRET_ID": "$main", "TENCENTCLOUD_SECRET_KEY": "$main_secret"}
FILE = ".tencentcloud/credentials"
POD = {
    "TKE_REGION": REGION,
    "TKE_PROVIDER_ID": "OIDC",
    "TKE_WEB_IDENTITY_TOKEN_FILE": "$home/token",
    "TKE_ROLE_ARN": ROLE,
}

TABLE = Table(
    module=__name__,
    source="tencentcloudstack/tencentcloud",
    resource='resource "tencentcloud_api_gateway_api_key" "test" {\n  secret_name = "test"\n}',
    create="CreateApiKey",
    variables=variables,
    names=names,
    seen=seen,
)

compare(
    TABLE,
    [
        Row("variables say who", ("$main",), MAIN),
        Row("nobody calls without credentials", None),
        Row("nobody calls with an id alone", None, {"TENCENTCLOUD_SECRET_ID": "$main"}),
        Row("the SDKs' file says who", ("AKIDfile",), files={FILE: section("default", "AKIDfile")}),
        Row("variables go over the file", ("$main",), MAIN, {FILE: section("default", "AKIDfile")}),
        Row("empty variables are none", ("AKIDfile",), dict.fromkeys(MAIN, ""), {FILE: section("default", "AKIDfile")}),
        Row(
            "half a pair stops, whatever the file says",
            None,
            {"TENCENTCLOUD_SECRET_ID": "$main"},
            {FILE: section("default", "AKIDfile")},
            differs=Difference(
                ("AKIDfile",), "the SDK leaves the half out; here it is an error, so that nothing is done under another identity"
            ),
        ),
        Row(
            "a value of the file is taken as it stands, but for blanks around it",
            ('"AKID\\n#1"',),
            files={FILE: '# a comment\n; another\n[default]\nsecret_id =   "AKID\\n#1"  \nsecret_key: secret\n'},
        ),
        Row(
            "lines of the file may end as on Windows",
            ("AKIDfile",),
            files={FILE: section("default", "AKIDfile").replace("\n", "\r\n")},
        ),
        Row(
            "other sections and entries of the file do not matter",
            ("AKIDfile",),
            files={FILE: section("other", "AKIDother") + section("default", "AKIDfile") + f"role_arn = {ROLE}\n"},
        ),
        Row("a section without a secret key is of no use", None, files={FILE: "[default]\nsecret_id = AKIDfile\n"}),
        Row(
            "a named profile is a section of the file",
            ("AKIDwork",),
            {"TENCENTCLOUD_PROFILE": "work"},
            {FILE: section("default", "AKIDfile") + section("work", "AKIDwork")},
            differs=Difference(
                ("AKIDfile",),
                "the Python SDK reads the section default only; here, as with the vendor's command line, a profile can be named",
            ),
        ),
        Row(
            "the file can be named",
            ("AKIDnamed",),
            {"TENCENTCLOUD_CREDENTIALS_FILE": "$home/named"},
            {FILE: section("default", "AKIDfile"), "named": section("default", "AKIDnamed")},
            differs=Difference(("AKIDfile",), "the Python SDK does not know the variable; the vendor's other SDKs do"),
        ),
        Row(
            "a login of the vendor's command line goes over the SDKs' file",
            ("AKIDlogin",),
            files={
                ".tccli/default.credential": '{"secretId": "AKIDlogin", "secretKey": "secret"}',
                FILE: section("default", "AKIDfile"),
            },
            differs=Difference(("AKIDfile",), "the SDK does not read the command line's files; the official provider does"),
        ),
        Row(
            "a role is assumed by means of the variables",
            (("AssumeRole", "$main"), TEMPORARY),
            MAIN | {"TENCENTCLOUD_ASSUME_ROLE_ARN": ROLE, "TENCENTCLOUD_ASSUME_ROLE_SESSION_NAME": "test"},
            call="call_by_role",
        ),
        Row(
            "an instance tells who its role is",
            (("InstanceMetadata", None), TEMPORARY),
            {"TENCENTCLOUD_CAM_ROLE_NAME": "sandbox-instance"},
            call="call_by_instance",
        ),
        Row(
            "a pod is who its token says",
            (("AssumeRoleWithWebIdentity", None), TEMPORARY),
            POD,
            {"token": "sandbox.web-identity.EXAMPLE"},
            "enable_pod_oidc = true",
            "call_by_pod",
        ),
    ],
)
