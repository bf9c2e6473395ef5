"""Who may call Tencent Cloud API Gateway, when, how often and in which form, through its Python SDK."""

from tencentcloud.apigateway.v20180808.apigateway_client import ApigatewayClient
from tencentcloud.common.common_client import CommonClient
from tencentcloud.common.credential import DefaultCredentialProvider
from tencentcloud.common.profile.client_profile import ClientProfile
from tencentcloud.common.profile.http_profile import HttpProfile

from checks import Setting, check, expect_equal
from tencentcloud_checks import MANUAL, REGION, Api, access, gateway, refusal

# The temporary credentials of tests/sandbox/src/credentials.rs.
TEMPORARY = {"secret_id": "AKIDsandboxTemporary000000000EXAMPLE", "secret_key": "sandboxtemporarykey000000EXAMPLE"}
TOKEN = {"token": "sandbox-session-token-EXAMPLE"}


def tokens(sandbox) -> CommonClient:
    """The security token service."""
    credential, profile = access(sandbox)
    return CommonClient("sts", "2018-08-13", credential, REGION, profile)


@check()
def the_announced_environment_holds_the_credentials_and_the_address(sandbox):
    with sandbox.as_environment():
        credential = DefaultCredentialProvider().get_credential()
    environment = sandbox.environment
    http = HttpProfile(environment["TENCENTCLOUD_PROTOCOL"].lower(), environment["TENCENTCLOUD_DOMAIN"])
    client = ApigatewayClient(credential, environment["TENCENTCLOUD_REGION"], ClientProfile(httpProfile=http))
    expect_equal(Api(client)("DescribeApiKeysStatus").TotalCount, 0)


@check()
def an_unknown_or_missing_region_is_refused(sandbox):
    expect_equal(gateway(sandbox, "ap-atlantis").refusal("DescribeApiKeysStatus"), "UnsupportedRegion")
    expect_equal(gateway(sandbox, None).refusal("DescribeApiKeysStatus"), "MissingParameter")


@check()
def requests_of_a_wrong_form_are_refused(sandbox):
    client = gateway(sandbox).client
    for action, members, code in (
        ("CreateApiKey", {}, "MissingParameter"),
        ("DescribeApiKey", {}, "MissingParameter"),
        ("CreateApiKey", {"SecretName": "ci", "Colour": "blue"}, "UnknownParameter"),
        ("PaintApiKey", {}, "InvalidAction"),
    ):
        expect_equal(refusal(client.call_json, action, members), code, f"{action} {members}")
    credential, profile = access(sandbox)
    later = CommonClient("apigateway", "2099-01-01", credential, REGION, profile)
    expect_equal(refusal(later.call_json, "DescribeApiKeysStatus", {}), "NoSuchVersion")


@check()
def wrong_credentials_are_refused(sandbox):
    for credentials, code in (
        ({"secret_key": "wrong"}, "AuthFailure.SignatureFailure"),
        ({"secret_id": "AKIDunknown"}, "AuthFailure.SecretIdNotFound"),
        (TEMPORARY, "AuthFailure.TokenFailure"),
        (TEMPORARY | {"token": "wrong"}, "AuthFailure.TokenFailure"),
    ):
        api = gateway(sandbox, **credentials)
        for action, members in (("DescribeApiKeysStatus", {}), ("CreateApiKey", MANUAL)):
            expect_equal(api.refusal(action, **members), code, action)
    expect_equal(gateway(sandbox).found(), [])


@check()
def temporary_credentials_are_accepted_with_their_token(sandbox):
    api = gateway(sandbox, **TEMPORARY | TOKEN)
    created = api.create().AccessKeyId
    expect_equal(api.found(), [created])


@check()
def the_token_service_gives_credentials_that_work(sandbox):
    role = {"RoleArn": "qcs::cam::uin/100000000001:roleName/sandbox", "RoleSessionName": "test", "DurationSeconds": 900}
    device = {"SerialNumber": "qcs::cam:uin/100000000001::mfa/softToken", "TokenCode": "246813"}
    by_saml = {"SAMLAssertion": "c2FuZGJveC1zYW1sLUVYQU1QTEU=", "PrincipalArn": "qcs::cam::uin/1:saml-provider/p"}
    by_token = {"WebIdentityToken": "sandbox.web-identity.EXAMPLE", "ProviderId": "OIDC"}
    unsigned = {"SkipSign": True}
    for action, members, options in (
        ("AssumeRole", role, None),
        ("GetSessionToken", device, None),
        ("AssumeRoleWithSAML", role | by_saml, unsigned),
        ("AssumeRoleWithWebIdentity", role | by_token, unsigned),
    ):
        given = tokens(sandbox).call_json(action, members, options=options)["Response"]["Credentials"]
        credentials = {"secret_id": given["TmpSecretId"], "secret_key": given["TmpSecretKey"], "token": given["Token"]}
        assert gateway(sandbox, **credentials).create().AccessKeyId, action
    caller = tokens(sandbox).call_json("GetCallerIdentity", {})["Response"]
    expect_equal(caller["AccountId"], "100000000001")


@check()
def the_token_service_refuses_what_proves_nothing(sandbox):
    client = tokens(sandbox)
    role = {"RoleArn": "qcs::cam::uin/100000000001:roleName/sandbox", "RoleSessionName": "test"}
    for action, members, options, code in (
        ("AssumeRole", role | {"RoleArn": "qcs::cam::uin/1:roleName/gone"}, None, "ResourceNotFound.RoleNotFound"),
        ("AssumeRole", role | {"RoleSessionName": "a b"}, None, "InvalidParameter.ParamError"),
        ("AssumeRole", role | {"DurationSeconds": 43201}, None, "InvalidParameter.ParamError"),
        ("AssumeRole", role, {"SkipSign": True}, "AuthFailure.InvalidAuthorization"),
        ("GetSessionToken", {"SerialNumber": "s", "TokenCode": "1"}, None, "InvalidParameter.ParamError"),
        ("AssumeRoleWithWebIdentity", role | {"WebIdentityToken": "t", "ProviderId": "OIDC"}, None, "InvalidParameter.ParamError"),
    ):
        expect_equal(refusal(client.call_json, action, members, options=options), code, f"{action} {members}")


@check()
def an_unsigned_request_is_refused(sandbox):
    client = gateway(sandbox).client
    code = refusal(client.call_json, "DescribeApiKeysStatus", {}, options={"SkipSign": True})
    expect_equal(code, "AuthFailure.InvalidAuthorization")


@check()
def a_query_and_an_unsigned_payload_are_signed_differently_and_accepted(sandbox):
    key_id = gateway(sandbox).create(SecretName="ci").AccessKeyId
    by_query = gateway(sandbox, method="GET")
    expect_equal(by_query.describe(key_id).SecretName, "ci")
    expect_equal(by_query.found(SecretName=["ci", "with space"]), [key_id])

    credential, profile = access(sandbox)
    profile.unsignedPayload = True
    expect_equal(Api(ApigatewayClient(credential, REGION, profile)).describe(key_id).SecretName, "ci")


@check(Setting.CLOCK_AHEAD)
def an_old_signature_is_refused(sandbox):
    expect_equal(gateway(sandbox).refusal("DescribeApiKeysStatus"), "AuthFailure.SignatureExpire")


@check(Setting.LIMITED)
def more_than_twenty_calls_a_second_are_refused(sandbox):
    api = gateway(sandbox)

    def list_often():
        for _ in range(200):
            api("DescribeApiKeysStatus")

    expect_equal(refusal(list_often), "RequestLimitExceeded")
