"""Tencent Cloud API Gateway keys through the vendor's client of its API of 2017, qcloudapi-sdk-python."""

import http.client
import json
import time

from QcloudApi.modules.apigateway import APIGateway

from checks import Setting, check, expect_equal
from tencentcloud_access_checks import TEMPORARY, TOKEN
from tencentcloud_checks import OTHER_REGION, REGION, gateway

OK, PARAMETER, SIGNATURE, UNKNOWN_ID, WRONG_TOKEN = 0, 4000, 4100, 4104, 4105
THROTTLED, REPLAYED, GONE, FAILED, NOT_SERVED = 4400, 4500, 5000, 5100, 6100
MANUAL = {"secretName": "by_hand", "type": "manual", "secretID": "my_id_01", "secretKey": "my_secret_01"}


class PlainConnection(http.client.HTTPConnection):
    """The client knows HTTPS only, and the sandbox none: this is its connection without it."""

    request_length = 0


class Api:
    """The client, with the sandbox in the place of the vendor's host."""

    def __init__(self, sandbox, **settings):
        known = {
            "secretId": sandbox.environment["TENCENTCLOUD_SECRET_ID"],
            "secretKey": sandbox.environment["TENCENTCLOUD_SECRET_KEY"],
            "Region": REGION,
        }
        self.service = APIGateway(known | settings)
        self.service.requestHost = sandbox.environment["TENCENTCLOUD_DOMAIN"]
        self.service.apiRequest.conn = PlainConnection(self.service.requestHost)

    def __call__(self, action: str, **parameters) -> dict:
        return json.loads(self.service.call(action, parameters))

    def code(self, action: str, **parameters) -> int:
        return self(action, **parameters)["code"]


def manners():
    """Every way the client can send and sign a request."""
    for method in ("GET", "POST"):
        for signature_method in ("HmacSHA1", "HmacSHA256"):
            yield {"method": method, "SignatureMethod": signature_method}


@check()
def every_manner_of_sending_and_signing_is_taken(sandbox):
    for manner in manners():
        api = Api(sandbox, **manner)
        for name in ("ci", "a b+c&d=e/f", "平台 ~'\"", ""):
            made = api("CreateApiKey", secretName=name)
            expect_equal((made["code"], made["secretName"]), (OK, name), manner)


@check()
def a_key_lives_as_its_pages_say(sandbox):
    api = Api(sandbox)
    made = api("CreateApiKey", secretName="ci")
    expect_equal((made["code"], made["codeDesc"], made["type"]), (OK, "Success", "auto"))
    seen = api("DescribeApiKey", secretID=made["secretID"])
    expect_equal((seen["secretKey"], seen["status"], seen["secretName"]), (made["secretKey"], 1, "ci"))
    listed = api("DescribeApiKeysStatus", searchName="c")
    expect_equal((listed["totalCount"], listed["apiKeyStatusSet"][0]["secretID"]), (1, made["secretID"]))
    assert "secretKey" not in listed["apiKeyStatusSet"][0], listed
    updated = api("UpdateApiKey", secretID=made["secretID"])
    assert updated["secretKey"] != made["secretKey"], updated
    expect_equal(api.code("DeleteApiKey", secretId=made["secretID"]), FAILED)
    for action in ("DisableApiKey", "EnableApiKey", "DisableApiKey", "DeleteApiKey"):
        expect_equal(api.code(action, secretId=made["secretID"]), OK, action)
    expect_equal(api.code("DescribeApiKey", secretID=made["secretID"]), GONE)


@check()
def a_key_chosen_by_hand_is_unique_in_all_regions(sandbox):
    api = Api(sandbox)
    made = api("CreateApiKey", **MANUAL)
    expect_equal({name: made[name] for name in MANUAL}, MANUAL)
    for region in (REGION, OTHER_REGION):
        expect_equal(Api(sandbox, Region=region).code("CreateApiKey", **MANUAL), FAILED, region)
    expect_equal(api.code("UpdateApiKey", secretID="my_id_01", secretKey="my_secret_02"), OK)
    expect_equal(api("DescribeApiKey", secretID="my_id_01")["secretKey"], "my_secret_02")


@check()
def lists_of_ids_are_flattened_as_the_client_does_it(sandbox):
    api = Api(sandbox)
    one, two, _ = (api("CreateApiKey", secretName=name)["secretID"] for name in ("one", "two", "three"))
    found = api("DescribeApiKeysStatus", secretIDs=[one, two])
    expect_equal({key["secretID"] for key in found["apiKeyStatusSet"]}, {one, two})


@check()
def a_key_is_bound_to_a_usage_plan_as_its_pages_say(sandbox):
    api = Api(sandbox)
    plan_id = api("CreateUsagePlan", usagePlanName="plan", usagePlanDesc="desc", maxRequestNumPreSec=100)["usagePlanId"]
    key_id = api("CreateApiKey", secretName="ci")["secretID"]
    binding = {"usagePlanId": plan_id, "secretIds": [key_id]}
    expect_equal([api.code("BindSecretIds", **binding) for _ in range(2)], [OK, FAILED])
    bound = api("DescribeUsagePlanSecretIds", usagePlanId=plan_id)
    expect_equal(bound["secretIdList"], [{"secretId": key_id, "secretName": "ci", "status": 1}])
    expect_equal([api.code("UnBindSecretIds", **binding) for _ in range(2)], [OK, GONE])
    expect_equal(api.code("DeleteUsagePlan", usagePlanId=plan_id), OK)
    expect_equal(api.code("DescribeUsagePlanSecretIds", usagePlanId=plan_id), GONE)


@check()
def both_apis_see_the_same_keys(sandbox):
    made = Api(sandbox)("CreateApiKey", secretName="ci")
    expect_equal(gateway(sandbox).describe(made["secretID"]).AccessKeySecret, made["secretKey"])


@check()
def wrong_credentials_are_refused_by_the_api_of_2017(sandbox):
    temporary = {"secretId": TEMPORARY["secret_id"], "secretKey": TEMPORARY["secret_key"]}
    for manner in manners():
        for settings, code in (
            ({"secretKey": "wrong"}, SIGNATURE),
            ({"secretId": "AKIDunknown"}, UNKNOWN_ID),
            (temporary, WRONG_TOKEN),
            (temporary | {"Token": "wrong"}, WRONG_TOKEN),
            (temporary | {"Token": TOKEN["token"]}, OK),
        ):
            expect_equal(Api(sandbox, **manner | settings).code("DescribeApiKeysStatus"), code, f"{manner} {settings}")


@check()
def a_nonce_and_an_old_timestamp_are_refused(sandbox):
    api = Api(sandbox)
    expect_equal(api.code("DescribeApiKeysStatus", Nonce=7), OK)
    expect_equal(api.code("DescribeApiKeysStatus", Nonce=7), REPLAYED)
    now = int(time.time())
    for timestamp, code in ((now - 360, REPLAYED), (now + 360, REPLAYED), (now - 240, OK), (now + 240, OK)):
        expect_equal(api.code("DescribeApiKeysStatus", Timestamp=timestamp), code, f"{timestamp - now}")


@check(Setting.CLOCK_AHEAD)
def a_clock_that_is_ahead_refuses_the_present(sandbox):
    expect_equal(Api(sandbox).code("DescribeApiKeysStatus"), REPLAYED)


@check()
def requests_of_a_wrong_form_are_refused_by_the_api_of_2017(sandbox):
    api = Api(sandbox)
    for action, parameters, code in (
        ("DescribeApiKey", {}, PARAMETER),
        ("CreateApiKey", MANUAL | {"secretKey": "too_short"}, PARAMETER),
        ("DescribeApiKeysStatus", {"limit": 101}, PARAMETER),
        ("DescribeApiKeysStatus", {"Region": "ap-atlantis"}, PARAMETER),
        ("PaintApiKey", {}, NOT_SERVED),
    ):
        expect_equal(api.code(action, **parameters), code, f"{action} {parameters}")


@check(Setting.LIMITED)
def the_limit_of_requests_is_kept_by_the_api_of_2017(sandbox):
    api = Api(sandbox)
    codes = {api.code("DescribeApiKeysStatus") for _ in range(100)}
    expect_equal(codes, {OK, THROTTLED})
