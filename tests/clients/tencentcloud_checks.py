"""Tencent Cloud API Gateway keys through tencentcloud-sdk-python-apigateway."""

import json
import re
import uuid
from typing import NamedTuple

from tencentcloud.apigateway.v20180808 import models
from tencentcloud.apigateway.v20180808.apigateway_client import ApigatewayClient
from tencentcloud.common.credential import Credential
from tencentcloud.common.exception import TencentCloudSDKException
from tencentcloud.common.profile.client_profile import ClientProfile
from tencentcloud.common.profile.http_profile import HttpProfile

from checks import Sandbox, Setting, check, expect_equal, expect_error

REGION = "ap-guangzhou"
OTHER_REGION = "ap-singapore"
DISABLED, ENABLED = 0, 1
GONE = "ResourceNotFound.InvalidAccessKeyId"
MANUAL = {
    "SecretName": "by_hand",
    "AccessKeyType": "manual",
    "AccessKeyId": "my_id_01",
    "AccessKeySecret": "my_secret_01",
}


class Api:
    """The SDK's client, its requests written as keyword arguments."""

    def __init__(self, client: ApigatewayClient):
        self.client = client

    def __call__(self, action: str, **members):
        """The `Result` of an action."""
        request = getattr(models, f"{action}Request")()
        request.from_json_string(json.dumps(members))
        return getattr(self.client, action)(request).Result

    def refusal(self, action: str, **members) -> str:
        """The code an action is refused with."""
        return refusal(self, action, **members)

    def plan(self) -> str:
        """The id of a new usage plan."""
        return self("CreateUsagePlan", UsagePlanName="plan").UsagePlanId

    def create(self, **members):
        return self("CreateApiKey", **{"SecretName": "generated"} | members)

    def describe(self, key_id: str):
        return self("DescribeApiKey", AccessKeyId=key_id)

    def found(self, **filters) -> list[str]:
        """The ids of the keys that a list with these filters finds."""
        named = [{"Name": name, "Values": values} for name, values in filters.items()]
        return [key.AccessKeyId for key in self("DescribeApiKeysStatus", Limit=100, Filters=named).ApiKeySet]


class Access(NamedTuple):
    """What a client is made of."""

    credential: Credential
    profile: ClientProfile


def access(sandbox: Sandbox, method: str = "POST", **credentials) -> Access:
    """The sandbox's credentials, unless others are given, and its address."""
    known = {
        "secret_id": sandbox.environment["TENCENTCLOUD_SECRET_ID"],
        "secret_key": sandbox.environment["TENCENTCLOUD_SECRET_KEY"],
    }
    domain = sandbox.environment["TENCENTCLOUD_DOMAIN"]
    http = HttpProfile(protocol="http", endpoint=domain, reqMethod=method, keepAlive=True)
    return Access(Credential(**known | credentials), ClientProfile(httpProfile=http))


def gateway(sandbox: Sandbox, region: str | None = REGION, method: str = "POST", **credentials) -> Api:
    credential, profile = access(sandbox, method, **credentials)
    return Api(ApigatewayClient(credential, region, profile))


def refusal(call, *arguments, **named) -> str:
    """The code the service refuses the call with."""
    error = expect_error(TencentCloudSDKException, call, *arguments, **named)
    # The SDK's own errors have no request id.
    assert error.requestId and uuid.UUID(error.requestId), error
    return error.code


@check()
def create_generates_an_enabled_key_with_id_and_secret(sandbox):
    api = gateway(sandbox)
    for kind in ({}, {"AccessKeyType": "auto"}):
        key = api.create(SecretName="ci", **kind)
        assert re.fullmatch("AKID.{36}", key.AccessKeyId), key.AccessKeyId
        expect_equal(len(key.AccessKeySecret), 40)
        expect_equal((key.SecretName, key.AccessKeyType, key.Status), ("ci", "auto", ENABLED))
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", key.CreatedTime), key.CreatedTime
        expect_equal(key.ModifiedTime, key.CreatedTime)


@check()
def create_keeps_an_id_and_secret_chosen_by_hand(sandbox):
    key = gateway(sandbox).create(**MANUAL)
    expect_equal({name: getattr(key, name) for name in MANUAL}, MANUAL)
    expect_equal(key.Status, ENABLED)


@check()
def create_takes_tags(sandbox):
    api = gateway(sandbox)
    key = api.create(Tags=[{"Key": "team", "Value": "payments"}])
    expect_equal([(tag.Key, tag.Value) for tag in api.describe(key.AccessKeyId).Tags], [("team", "payments")])


@check()
def describe_and_list_show_the_secret(sandbox):
    api = gateway(sandbox)
    key = api.create()
    listed = api("DescribeApiKeysStatus").ApiKeySet
    for shown in (api.describe(key.AccessKeyId), *listed):
        expect_equal(shown.to_json_string(), key.to_json_string())
    expect_equal(len(listed), 1)


@check(Setting.LIMITED)
def a_list_may_hide_the_secret_which_describe_shows(sandbox):
    api = gateway(sandbox)
    key = api.create()
    assert not api("DescribeApiKeysStatus").ApiKeySet[0].AccessKeySecret
    expect_equal(api.describe(key.AccessKeyId).AccessKeySecret, key.AccessKeySecret)


@check()
def a_duplicate_id_is_refused_in_every_region(sandbox):
    gateway(sandbox).create(**MANUAL)
    for region in (REGION, OTHER_REGION):
        expect_equal(gateway(sandbox, region).refusal("CreateApiKey", **MANUAL), "FailedOperation.AccessKeyExist")


@check()
def ids_and_secrets_of_a_wrong_form_are_refused(sandbox):
    api = gateway(sandbox)
    for member, value in (
        ("AccessKeyId", "four"),
        ("AccessKeyId", "x" * 51),
        ("AccessKeyId", "with space"),
        ("AccessKeySecret", "too_short"),
        ("AccessKeySecret", "x" * 51),
        ("AccessKeySecret", "with a space"),
    ):
        found = api.refusal("CreateApiKey", **MANUAL | {member: value})
        expect_equal(found, "InvalidParameter.FormatError", f"{member} {value!r}")
    for number, length in enumerate((5, 50)):
        api.create(**MANUAL | {"AccessKeyId": str(number) * length, "AccessKeySecret": "x" * 50})
    api.create(**MANUAL | {"AccessKeySecret": "x" * 10})


@check()
def disable_and_enable_change_the_status(sandbox):
    api = gateway(sandbox)
    key_id = api.create().AccessKeyId
    for action, status in (("DisableApiKey", DISABLED), ("EnableApiKey", ENABLED)):
        expect_equal(api(action, AccessKeyId=key_id), True)
        expect_equal(api.describe(key_id).Status, status)
        expect_equal(api("DescribeApiKeysStatus").ApiKeySet[0].Status, status)


@check()
def update_sets_the_given_secret_of_a_key_made_by_hand(sandbox):
    api = gateway(sandbox)
    api.create(**MANUAL)
    wanted = MANUAL | {"AccessKeySecret": "my_secret_02"}
    updated = api("UpdateApiKey", AccessKeyId=MANUAL["AccessKeyId"], AccessKeySecret="my_secret_02")
    for key in (updated, api.describe(MANUAL["AccessKeyId"])):
        expect_equal({name: getattr(key, name) for name in wanted}, wanted)
    bad = api.refusal("UpdateApiKey", AccessKeyId=MANUAL["AccessKeyId"], AccessKeySecret="too_short")
    expect_equal(bad, "InvalidParameter.FormatError")


@check()
def update_draws_a_new_secret_for_a_generated_key(sandbox):
    api = gateway(sandbox)
    key = api.create(SecretName="ci")
    updated = api("UpdateApiKey", AccessKeyId=key.AccessKeyId)
    expect_equal((updated.AccessKeyId, updated.SecretName), (key.AccessKeyId, "ci"))
    expect_equal(len(updated.AccessKeySecret), 40)
    assert updated.AccessKeySecret != key.AccessKeySecret
    expect_equal(api.describe(key.AccessKeyId).AccessKeySecret, updated.AccessKeySecret)


@check()
def a_disabled_key_can_be_neither_updated_nor_bound(sandbox):
    api = gateway(sandbox)
    key_id = api.create().AccessKeyId
    api("DisableApiKey", AccessKeyId=key_id)
    expect_equal(api.refusal("UpdateApiKey", AccessKeyId=key_id), "UnsupportedOperation.UnsupportedUpdateApiKey")
    code = api.refusal("BindSecretIds", UsagePlanId=api.plan(), AccessKeyIds=[key_id])
    assert code.startswith("UnsupportedOperation."), code


@check()
def only_a_disabled_key_can_be_deleted_and_only_once(sandbox):
    api = gateway(sandbox)
    key_id = api.create().AccessKeyId
    expect_equal(api.refusal("DeleteApiKey", AccessKeyId=key_id), "UnsupportedOperation.InvalidStatus")
    api("DisableApiKey", AccessKeyId=key_id)
    expect_equal(api("DeleteApiKey", AccessKeyId=key_id), True)
    expect_equal(api.refusal("DeleteApiKey", AccessKeyId=key_id), GONE)
    expect_equal(api.found(), [])


@check()
def a_bound_key_cannot_be_deleted(sandbox):
    api = gateway(sandbox)
    key = api.create(SecretName="ci")
    plan_id = api.plan()
    plan = {"UsagePlanId": plan_id, "AccessKeyIds": [key.AccessKeyId]}
    expect_equal(api("BindSecretIds", **plan), True)
    expect_equal(api.refusal("BindSecretIds", **plan), "UnsupportedOperation.AlreadyBindUsagePlan")
    bound = api("DescribeUsagePlanSecretIds", UsagePlanId=plan_id)
    expect_equal(bound.TotalCount, 1)
    shown = bound.AccessKeyList[0]
    expect_equal((shown.AccessKeyId, shown.SecretName, shown.Status), (key.AccessKeyId, "ci", ENABLED))
    expect_equal(api.found(NotUsagePlanId=[plan_id]), [])

    api("DisableApiKey", AccessKeyId=key.AccessKeyId)
    expect_equal(api.refusal("DeleteApiKey", AccessKeyId=key.AccessKeyId), "UnsupportedOperation.ResourceIsInUse")
    expect_equal(api("UnBindSecretIds", **plan), True)
    expect_equal(api("DeleteApiKey", AccessKeyId=key.AccessKeyId), True)


@check()
def a_usage_plan_is_created_described_and_deleted_when_it_is_empty(sandbox):
    api = gateway(sandbox)
    limits = {"MaxRequestNum": 100, "MaxRequestNumPreSec": 10}
    plan = api("CreateUsagePlan", UsagePlanName="my_plan", UsagePlanDesc="nice plan", **limits)
    assert re.fullmatch("usagePlan-.{8}", plan.UsagePlanId), plan.UsagePlanId
    key_id = api.create().AccessKeyId
    binding = {"UsagePlanId": plan.UsagePlanId, "AccessKeyIds": [key_id]}
    api("BindSecretIds", **binding)
    seen = api("DescribeUsagePlan", UsagePlanId=plan.UsagePlanId)
    expect_equal((seen.UsagePlanName, seen.UsagePlanDesc, seen.MaxRequestNumPreSec), ("my_plan", "nice plan", 10))
    expect_equal((seen.BindSecretIdTotalCount, seen.BindSecretIds), (1, [key_id]))
    expect_equal(api.refusal("DeleteUsagePlan", UsagePlanId=plan.UsagePlanId), "UnsupportedOperation.UsagePlanInUse")
    api("UnBindSecretIds", **binding)
    expect_equal(api("DeleteUsagePlan", UsagePlanId=plan.UsagePlanId), True)
    for action in ("DescribeUsagePlan", "DescribeUsagePlanSecretIds", "DeleteUsagePlan"):
        gone = api.refusal(action, UsagePlanId=plan.UsagePlanId)
        expect_equal(gone, "ResourceNotFound.InvalidUsagePlan", action)
    expect_equal(api.refusal("BindSecretIds", **binding), "ResourceNotFound.InvalidUsagePlan")


@check()
def actions_on_an_unknown_id_are_not_found(sandbox):
    api = gateway(sandbox)
    for action in ("DescribeApiKey", "UpdateApiKey", "EnableApiKey", "DisableApiKey", "DeleteApiKey"):
        expect_equal(api.refusal(action, AccessKeyId="never_there"), GONE, action)


@check()
def keys_live_in_their_region(sandbox):
    key_id = gateway(sandbox).create().AccessKeyId
    elsewhere = gateway(sandbox, OTHER_REGION)
    expect_equal(elsewhere.found(), [])
    expect_equal(elsewhere.found(AccessKeyId=[key_id]), [])
    expect_equal(elsewhere.refusal("DescribeApiKey", AccessKeyId=key_id), GONE)


@check()
def list_answers_twenty_keys_unless_told_otherwise_and_never_over_a_hundred(sandbox):
    api = gateway(sandbox)
    created = {api.create(SecretName=f"key_{number}").AccessKeyId for number in range(101)}
    sizes = {20: {}, 100: {"Limit": 100}, 5: {"Limit": 5}, 1: {"Limit": 20, "Offset": 100}, 0: {"Offset": 101}}
    for size, paging in sizes.items():
        answer = api("DescribeApiKeysStatus", **paging)
        expect_equal((len(answer.ApiKeySet), answer.TotalCount), (size, 101), paging)
    pages = [api("DescribeApiKeysStatus", Limit=30, Offset=offset).ApiKeySet for offset in range(0, 101, 30)]
    expect_equal({key.AccessKeyId for page in pages for key in page}, created)
    code = api.refusal("DescribeApiKeysStatus", Limit=101)
    assert code.startswith("InvalidParameter"), code


@check()
def filters_are_joined_by_and_their_values_by_or(sandbox):
    api = gateway(sandbox)
    one, two, three = (api.create(SecretName=name).AccessKeyId for name in ("one", "two", "three"))
    api("DisableApiKey", AccessKeyId=three)
    for filters, expected in (
        ({"AccessKeyId": [one]}, {one}),
        ({"AccessKeyId": [one, two]}, {one, two}),
        ({"SecretName": ["two"]}, {two}),
        ({"AccessKeyId": [one, two], "SecretName": ["two", "three"]}, {two}),
        ({"AccessKeyId": [one], "SecretName": ["two"]}, set()),
        ({"Status": ["0"]}, {three}),
        ({"Status": ["0", "1"]}, {one, two, three}),
        ({"KeyWord": ["thr"]}, {three}),
        ({"NotUsagePlanId": [api.plan()]}, {one, two, three}),
        ({"AccessKeyId": ["never_there"]}, set()),
    ):
        expect_equal(set(api.found(**filters)), expected, str(filters))
    code = refusal(api.found, Colour=["blue"])
    expect_equal(code, "InvalidParameterValue.InvalidFilterNotSupportedName")


@check()
def the_four_hundred_and_first_key_exceeds_the_quota(sandbox):
    api = gateway(sandbox)
    for number in range(400):
        api.create(SecretName=f"key_{number}")
    code = api.refusal("CreateApiKey", SecretName="one_too_many")
    expect_equal(code, "LimitExceeded.ApiKeyCountLimitExceeded")
