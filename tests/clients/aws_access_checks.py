"""Who may call AWS API Gateway, when and how often, through boto3."""

import boto3
from botocore import UNSIGNED

from aws_checks import REGION, arn, gateway, refusal, status
from checks import Setting, check, expect_equal

# The temporary credentials of tests/sandbox/src/credentials.rs.
TEMPORARY = {
    "aws_access_key_id": "ASIASANDBOX00EXAMPLE",
    "aws_secret_access_key": "sandbox/temporary/secret/access+/EXAMPLE",
}
SESSION_TOKEN = {"aws_session_token": "SANDBOX//session/token+EXAMPLE=="}


@check()
def the_announced_environment_is_all_the_client_needs(sandbox):
    with sandbox.as_environment():
        client = boto3.client("apigateway")
        expect_equal(client.meta.region_name, REGION)
        expect_equal(client.get_api_keys()["items"], [])


@check()
def a_credential_check_by_get_account_answers_200(sandbox):
    expect_equal(status(gateway(sandbox).get_account()), 200)


@check()
def wrong_credentials_are_refused(sandbox):
    for what, credentials, code in (
        ("wrong secret", {"aws_secret_access_key": "wrong"}, "InvalidSignatureException"),
        ("unknown access key", {"aws_access_key_id": "AKIAUNKNOWNUNKNOWN00"}, "UnrecognizedClientException"),
        ("temporary key, no token", TEMPORARY, "UnrecognizedClientException"),
        ("temporary key, wrong token", TEMPORARY | {"aws_session_token": "wrong"}, "UnrecognizedClientException"),
    ):
        found = refusal(gateway(sandbox, **credentials).get_api_keys)
        expect_equal((found.status, found.code), (403, code), what)
        # A request with a body, whose hash is signed too.
        found = refusal(gateway(sandbox, **credentials).create_api_key, name="nobody's")
        expect_equal((found.status, found.code), (403, code), what)
    expect_equal(gateway(sandbox).get_api_keys()["items"], [])


@check()
def temporary_credentials_are_accepted_with_their_token(sandbox):
    client = gateway(sandbox, **TEMPORARY | SESSION_TOKEN)
    key_id = client.create_api_key(name="temporary")["id"]
    client.tag_resource(resourceArn=arn(key_id), tags={"k": "v"})
    expect_equal(client.get_api_key(apiKey=key_id)["tags"], {"k": "v"})


@check()
def an_unsigned_request_is_refused(sandbox):
    found = refusal(gateway(sandbox, config={"signature_version": UNSIGNED}).get_api_keys)
    expect_equal((found.status, found.code), (403, "MissingAuthenticationTokenException"))


@check(Setting.CLOCK_AHEAD)
def an_old_signature_is_refused_and_the_client_does_not_correct_its_clock(sandbox):
    client = gateway(sandbox, config={"retries": {"total_max_attempts": 5, "mode": "standard"}})
    for _ in range(2):
        found = refusal(client.get_api_keys)
        expect_equal((found.status, found.code), (403, "InvalidSignatureException"))
        assert found.message.startswith("Signature expired: "), found.message


@check()
def the_client_waits_out_a_throttle(sandbox):
    sandbox.queue_fault(cloud="aws", operation="CreateApiKey", kind={"throttle": {}})
    client = gateway(sandbox, config={"retries": {"total_max_attempts": 2, "mode": "standard"}})
    client.create_api_key(name="patient")
    expect_equal([entry["status"] for entry in sandbox.journal("aws")], [429, 201])
    expect_equal(len(client.get_api_keys()["items"]), 1)


@check(Setting.LIMITED)
def creating_too_fast_is_throttled(sandbox):
    client = gateway(sandbox)

    def create_many():
        for _ in range(100):
            client.create_api_key()

    found = refusal(create_many)
    expect_equal(found, (429, "TooManyRequestsException", "Too Many Requests"))
