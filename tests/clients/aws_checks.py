"""AWS API Gateway keys through boto3."""

import string
from typing import NamedTuple

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

from checks import Sandbox, check, expect_equal, expect_error

REGION = "us-east-1"
OTHER_REGION = "eu-west-1"

# One attempt, so that a refusal is seen and not waited out.
NO_RETRIES = {"retries": {"total_max_attempts": 1}}

UNKNOWN_KEY = "Invalid API Key identifier specified"
UNKNOWN_ID = "0000000000"


class Refusal(NamedTuple):
    """What the service said when it refused a call."""

    status: int
    code: str
    message: str


def gateway(sandbox: Sandbox, region: str = REGION, config: dict | None = None, **credentials):
    """A client with the sandbox's credentials, unless others are given."""
    known = {
        "aws_access_key_id": sandbox.environment["AWS_ACCESS_KEY_ID"],
        "aws_secret_access_key": sandbox.environment["AWS_SECRET_ACCESS_KEY"],
    }
    return boto3.client(
        "apigateway",
        region_name=region,
        endpoint_url=sandbox.urls["aws"],
        config=Config(**NO_RETRIES | (config or {})),
        **known | credentials,
    )


def refusal(call, **arguments) -> Refusal:
    """How the service refuses the call."""
    answer = expect_error(ClientError, call, **arguments).response
    return Refusal(answer["ResponseMetadata"]["HTTPStatusCode"], answer["Error"]["Code"], answer["Error"]["Message"])


def status(answer: dict) -> int:
    return answer["ResponseMetadata"]["HTTPStatusCode"]


def arn(key_id: str, region: str = REGION) -> str:
    return f"arn:aws:apigateway:{region}::/apikeys/{key_id}"


def replace(path: str, value: str) -> dict:
    return {"op": "replace", "path": path, "value": value}


def ids(keys: list[dict]) -> list[str]:
    return [key["id"] for key in keys]


@check()
def create_answers_everything_as_given_and_the_value(sandbox):
    given = {
        "name": "billing",
        "description": "for the billing service",
        "enabled": True,
        "value": "0123456789abcdefghij",
        "customerId": "customer 7",
        "tags": {"team": "payments"},
    }
    key = gateway(sandbox).create_api_key(**given)
    expect_equal(status(key), 201)
    expect_equal({name: key[name] for name in given}, given)
    expect_equal(key["stageKeys"], [])
    expect_equal(key["createdDate"], key["lastUpdatedDate"])


@check()
def create_generates_ids_and_values(sandbox):
    client = gateway(sandbox)
    for value in ({}, {"value": ""}):
        key = client.create_api_key(name="generated", **value)
        expect_equal(len(key["value"]), 40)
        assert set(key["value"]) <= set(string.ascii_letters + string.digits), key["value"]
        expect_equal(len(key["id"]), 10)
        assert set(key["id"]) <= set(string.ascii_lowercase + string.digits), key["id"]


@check()
def unset_members_are_left_out_and_enabled_defaults_to_false(sandbox):
    client = gateway(sandbox)
    for name in ({}, {"name": ""}):
        created = client.create_api_key(**name)
        read = client.get_api_key(apiKey=created["id"])
        for key in (created, read):
            expect_equal({"name", "description", "customerId", "tags"} & set(key), set())
            expect_equal(key["enabled"], False)
            expect_equal(key["stageKeys"], [])


@check()
def get_and_list_show_the_value_only_when_asked(sandbox):
    client = gateway(sandbox)
    created = client.create_api_key(name="shy")
    assert "value" not in client.get_api_key(apiKey=created["id"])
    assert "value" not in client.get_api_keys()["items"][0]
    expect_equal(client.get_api_key(apiKey=created["id"], includeValue=True)["value"], created["value"])
    expect_equal(client.get_api_keys(includeValues=True)["items"][0]["value"], created["value"])


@check()
def update_replaces_what_may_change_and_never_shows_the_value(sandbox):
    client = gateway(sandbox)
    created = client.create_api_key(name="old", enabled=True)
    updated = client.update_api_key(
        apiKey=created["id"],
        patchOperations=[
            replace("/name", "new"),
            replace("/description", "changed"),
            replace("/enabled", "false"),
            replace("/customerId", "customer 8"),
        ],
    )
    expect_equal(status(updated), 200)
    assert "value" not in updated
    expect_equal(updated["tags"], {})
    assert updated["lastUpdatedDate"] >= created["lastUpdatedDate"]
    read = client.get_api_key(apiKey=created["id"], includeValue=True)
    wanted = {"name": "new", "description": "changed", "enabled": False, "customerId": "customer 8"}
    expect_equal({name: read[name] for name in wanted}, wanted)
    expect_equal(read["value"], created["value"])


@check()
def update_enables_and_disables(sandbox):
    client = gateway(sandbox)
    key_id = client.create_api_key()["id"]
    for text, enabled in (("true", True), ("false", False), ("true", True), ("neither", False)):
        updated = client.update_api_key(apiKey=key_id, patchOperations=[replace("/enabled", text)])
        expect_equal(updated["enabled"], enabled, text)


@check()
def update_refuses_every_other_path(sandbox):
    client = gateway(sandbox)
    key_id = client.create_api_key()["id"]
    for path in ("/id", "/value", "/tags", "name"):
        message = (
            f"Invalid patch path  '{path}' specified for op 'replace'. "
            "Must be one of: [/description, /enabled, /name, /customerId]"
        )
        found = refusal(client.update_api_key, apiKey=key_id, patchOperations=[replace(path, "text")])
        expect_equal(found, (400, "BadRequestException", message))


@check()
def a_deleted_key_is_gone(sandbox):
    client = gateway(sandbox)
    key_id = client.create_api_key(name="short-lived")["id"]
    expect_equal(status(client.delete_api_key(apiKey=key_id)), 202)
    expect_equal(client.get_api_keys()["items"], [])
    expect_equal(refusal(client.get_api_key, apiKey=key_id), (404, "NotFoundException", UNKNOWN_KEY))


@check()
def calls_on_an_unknown_id_are_not_found(sandbox):
    client = gateway(sandbox)
    for call, arguments in (
        (client.get_api_key, {}),
        (client.update_api_key, {"patchOperations": [replace("/name", "text")]}),
        (client.delete_api_key, {}),
    ):
        expect_equal(refusal(call, apiKey=UNKNOWN_ID, **arguments), (404, "NotFoundException", UNKNOWN_KEY))


@check()
def list_pages_through_all_keys_newest_first(sandbox):
    client = gateway(sandbox)
    created = [client.create_api_key(name=f"key-{number}")["id"] for number in range(30)]
    newest_first = created[::-1]

    pages = list(client.get_paginator("get_api_keys").paginate(PaginationConfig={"PageSize": 7}))
    expect_equal([len(page["items"]) for page in pages], [7, 7, 7, 7, 2])
    expect_equal([key_id for page in pages for key_id in ids(page["items"])], newest_first)
    expect_equal(["position" in page for page in pages], [True, True, True, True, False])

    first = client.get_api_keys()
    expect_equal(ids(first["items"]), newest_first[:25], "default page")
    expect_equal(ids(client.get_api_keys(position=first["position"])["items"]), newest_first[25:])
    expect_equal(ids(client.get_api_keys(limit=500)["items"]), newest_first, "largest page")
    expect_equal(client.get_api_keys(limit=-1)["items"], [], "negative limit")


@check()
def the_name_filter_is_a_prefix_in_the_same_case(sandbox):
    client = gateway(sandbox)
    for name in ("app-one", "app-two", "APP-three", "my-app"):
        client.create_api_key(name=name)
    for query, found in (("app", {"app-one", "app-two"}), ("APP", {"APP-three"}), ("two", set()), ("my app", set())):
        expect_equal({key["name"] for key in client.get_api_keys(nameQuery=query)["items"]}, found, query)


@check()
def the_customer_filter_finds_that_customers_keys(sandbox):
    client = gateway(sandbox)
    wanted = client.create_api_key(customerId="customer 7")["id"]
    client.create_api_key(customerId="customer 8")
    client.create_api_key()
    expect_equal(ids(client.get_api_keys(customerId="customer 7")["items"]), [wanted])


@check()
def filters_combine_and_hold_on_every_page(sandbox):
    client = gateway(sandbox)
    created = [
        client.create_api_key(name=f"{name}-{number}", customerId=customer)
        for number in range(5)
        for name, customer in (("app", "customer 7"), ("app", "customer 8"), ("web", "customer 7"))
    ]
    wanted = {key["id"]: key["value"] for key in created[::3]}
    pages = client.get_paginator("get_api_keys").paginate(
        nameQuery="app-", customerId="customer 7", includeValues=True, PaginationConfig={"PageSize": 2}
    )
    found = [page["items"] for page in pages]
    expect_equal([len(page) for page in found], [2, 2, 1])
    expect_equal({key["id"]: key["value"] for page in found for key in page}, wanted)


@check()
def names_may_repeat_but_a_value_is_unique_in_its_region(sandbox):
    client = gateway(sandbox)
    given = {"name": "twin", "value": "twin-value-0123456789"}
    client.create_api_key(**given)
    client.create_api_key(name="twin")
    expect_equal(
        refusal(client.create_api_key, **given),
        (409, "ConflictException", "API Key already exists"),
    )
    gateway(sandbox, OTHER_REGION).create_api_key(**given)


@check()
def keys_of_another_region_are_not_found(sandbox):
    key_id = gateway(sandbox).create_api_key(name="local")["id"]
    elsewhere = gateway(sandbox, OTHER_REGION)
    expect_equal(elsewhere.get_api_keys()["items"], [])
    expect_equal(refusal(elsewhere.get_api_key, apiKey=key_id).status, 404)


@check()
def create_refuses_texts_beyond_the_limits(sandbox):
    client = gateway(sandbox)
    too_long = "API Key value exceeds maximum size of 128 characters"
    for member, most, message in (
        ("value", 128, too_long),
        ("name", 1024, "Invalid API Key name, can be at most 1024 characters."),
        ("description", 125_000, "Invalid API Key description specified."),
    ):
        client.create_api_key(**{member: "x" * most})
        expect_equal(
            refusal(client.create_api_key, **{member: "x" * (most + 1)}), (400, "BadRequestException", message)
        )
    client.create_api_key(value="y" * 20)
    too_short = "API Key value should be at least 20 characters"
    expect_equal(refusal(client.create_api_key, value="y" * 19), (400, "BadRequestException", too_short))


@check()
def tags_are_added_changed_and_removed_through_the_arn(sandbox):
    client = gateway(sandbox)
    key_id = client.create_api_key(tags={"kept": "yes", "team a": "old"})["id"]
    tagged = client.tag_resource(resourceArn=arn(key_id), tags={"team a": "new", "a+b=c/d:e": "1 + 1 = 2"})
    expect_equal(status(tagged), 204)
    expected = {"kept": "yes", "team a": "new", "a+b=c/d:e": "1 + 1 = 2"}
    expect_equal(client.get_tags(resourceArn=arn(key_id))["tags"], expected)
    expect_equal(client.get_api_key(apiKey=key_id)["tags"], expected)
    untagged = client.untag_resource(resourceArn=arn(key_id), tagKeys=["team a", "a+b=c/d:e", "never there"])
    expect_equal(status(untagged), 204)
    expect_equal(client.get_tags(resourceArn=arn(key_id))["tags"], {"kept": "yes"})


@check()
def tags_beyond_the_limits_are_refused(sandbox):
    client = gateway(sandbox)
    key_id = client.create_api_key()["id"]
    client.tag_resource(resourceArn=arn(key_id), tags={"k" * 128: "v" * 256})
    for what, tags in (
        ("key of 129", {"k" * 129: "v"}),
        ("value of 257", {"k": "v" * 257}),
        ("reserved prefix", {"aws:team": "v"}),
        ("51 tags", {f"k{number}": "v" for number in range(51)}),
    ):
        for call, arguments in ((client.tag_resource, {"resourceArn": arn(key_id)}), (client.create_api_key, {})):
            found = refusal(call, tags=tags, **arguments)
            expect_equal((found.status, found.code), (400, "BadRequestException"), what)
    expect_equal(len(client.get_tags(resourceArn=arn(key_id))["tags"]), 1)


@check()
def tags_of_an_unknown_key_are_not_found(sandbox):
    client = gateway(sandbox)
    for call, arguments in (
        (client.get_tags, {}),
        (client.tag_resource, {"tags": {"k": "v"}}),
        (client.untag_resource, {"tagKeys": ["k"]}),
    ):
        found = refusal(call, resourceArn=arn(UNKNOWN_ID), **arguments)
        expect_equal((found.status, found.code), (404, "NotFoundException"))


@check()
def a_key_is_added_to_a_usage_plan_and_removed(sandbox):
    client = gateway(sandbox)
    plan_id = client.create_usage_plan(name="plan", throttle={"rateLimit": 5.0, "burstLimit": 2})["id"]
    expect_equal(client.get_usage_plan(usagePlanId=plan_id)["throttle"], {"rateLimit": 5.0, "burstLimit": 2})
    key = client.create_api_key(name="ci")
    both = {"usagePlanId": plan_id, "keyId": key["id"]}
    added = client.create_usage_plan_key(keyType="API_KEY", **both)
    expect_equal(status(added), 201)
    for shown in (added, client.get_usage_plan_key(**both), *client.get_usage_plan_keys(usagePlanId=plan_id)["items"]):
        members = {name: shown[name] for name in ("id", "type", "value", "name")}
        expect_equal(members, {"id": key["id"], "type": "API_KEY", "value": key["value"], "name": "ci"})
    again = refusal(client.create_usage_plan_key, keyType="API_KEY", **both)
    expect_equal((again.status, again.code), (409, "ConflictException"))
    expect_equal(status(client.delete_usage_plan_key(**both)), 202)
    for call in (client.get_usage_plan_key, client.delete_usage_plan_key):
        expect_equal(refusal(call, **both), (404, "NotFoundException", UNKNOWN_KEY))


@check()
def a_usage_plan_forgets_a_deleted_key(sandbox):
    client = gateway(sandbox)
    plan_id = client.create_usage_plan(name="plan")["id"]
    key_id = client.create_api_key(name="ci")["id"]
    client.create_usage_plan_key(usagePlanId=plan_id, keyId=key_id, keyType="API_KEY")
    client.delete_api_key(apiKey=key_id)
    expect_equal(client.get_usage_plan_keys(usagePlanId=plan_id)["items"], [])
    expect_equal(status(client.delete_usage_plan(usagePlanId=plan_id)), 202)
    gone = refusal(client.create_usage_plan_key, usagePlanId=plan_id, keyId=key_id, keyType="API_KEY")
    expect_equal((gone.status, gone.code), (404, "NotFoundException"))
    expect_equal(client.get_usage_plan_keys(usagePlanId=plan_id)["items"], [])
