"""Scaleway IAM API keys through the scaleway package."""

import re
import uuid
from datetime import datetime, timedelta, timezone

import requests
from scaleway import Client
from scaleway.iam.v1alpha1 import BearerType, IamV1Alpha1API, ListAPIKeysRequestOrderBy
from scaleway_core.api import ScalewayException

from checks import Sandbox, check, expect_equal, expect_error

KEYS = "/iam/v1alpha1/api-keys"
UNKNOWN_KEY = "SCWUNKNOWN0UNKNOWN00"
APPLICATION = "11111111-aaaa-4aaa-8aaa-111111111111"
OTHER_APPLICATION = "22222222-aaaa-4aaa-8aaa-222222222222"
USER = "33333333-aaaa-4aaa-8aaa-333333333333"
PROJECT = "44444444-aaaa-4aaa-8aaa-444444444444"
NEXT_YEAR = datetime.now(timezone.utc).replace(microsecond=0) + timedelta(days=365)


def iam(sandbox: Sandbox, **credentials) -> IamV1Alpha1API:
    """A client with the sandbox's credentials, unless others are given."""
    environment = sandbox.environment
    known = {
        "access_key": environment["SCW_ACCESS_KEY"],
        "secret_key": environment["SCW_SECRET_KEY"],
        "default_organization_id": environment["SCW_DEFAULT_ORGANIZATION_ID"],
        "default_project_id": environment["SCW_DEFAULT_PROJECT_ID"],
    }
    client = Client(api_url=sandbox.urls["scaleway"], **known | credentials)
    return IamV1Alpha1API(client, bypass_validation=True)


def refusal(call, *arguments, **named) -> tuple[int, dict]:
    """The status and the JSON body the service refuses the call with."""
    answer = expect_error(ScalewayException, call, *arguments, **named).response
    return answer.status_code, answer.json()


def expect_invalid(found: tuple[int, dict], argument: str, reason: str) -> None:
    """Fails unless the refusal blames this argument for this reason."""
    status, body = found
    expect_equal((status, body["type"]), (400, "invalid_arguments"))
    blamed = [(detail["argument_name"], detail["reason"]) for detail in body["details"]]
    expect_equal(blamed, [(argument, reason)], body["message"])


def send(api: IamV1Alpha1API, method: str, path: str, **request) -> requests.Response:
    """A request the typed methods cannot make, through the client's own transport."""
    answer = api._request(method, path, **request)
    api._throw_on_error(answer)
    return answer


def not_found(access_key: str) -> tuple[int, dict]:
    return 404, {
        "message": "resource is not found",
        "resource": "access_key",
        "resource_id": access_key,
        "type": "not_found",
    }


def access_keys(keys: list) -> list[str]:
    return [key.access_key for key in keys]


@check()
def create_answers_the_key_with_its_secret(sandbox):
    key = iam(sandbox).create_api_key(description="ci", application_id=APPLICATION)
    assert re.fullmatch("SCW[A-Z0-9]{17}", key.access_key), key.access_key
    expect_equal(str(uuid.UUID(key.secret_key)), key.secret_key)
    expect_equal((key.application_id, key.user_id), (APPLICATION, None))
    expect_equal(key.description, "ci")
    expect_equal(key.expires_at, None)
    expect_equal(key.default_project_id, sandbox.environment["SCW_DEFAULT_ORGANIZATION_ID"])
    expect_equal(key.created_at, key.updated_at)
    expect_equal((key.editable, key.deletable, key.managed), (True, True, False))
    assert key.creation_ip


@check()
def the_secret_is_shown_only_once(sandbox):
    api = iam(sandbox)
    access_key = api.create_api_key(description="ci", application_id=APPLICATION).access_key
    for answer in (
        api.get_api_key(access_key=access_key),
        api.update_api_key(access_key=access_key, description="still ci"),
        api.list_api_keys().api_keys[0],
    ):
        expect_equal(answer.access_key, access_key)
        expect_equal(answer.secret_key, None)


@check()
def unset_members_are_null_and_the_other_bearer_is_absent(sandbox):
    api = iam(sandbox)
    access_key = api.create_api_key(description="", user_id=USER).access_key
    body = send(api, "GET", f"{KEYS}/{access_key}").json()
    expect_equal(body["user_id"], USER)
    assert "application_id" not in body
    expect_equal((body["secret_key"], body["expires_at"], body["description"]), (None, None, ""))
    for moment in ("created_at", "updated_at"):
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z", body[moment]), body[moment]


@check()
def exactly_one_bearer_is_demanded(sandbox):
    api = iam(sandbox)
    status, body = refusal(api.create_api_key, description="nobody's")
    expect_equal((status, body["type"]), (400, "invalid_arguments"))
    # The typed method drops the second bearer.
    both = {"description": "two", "application_id": APPLICATION, "user_id": USER}
    status, body = refusal(send, api, "POST", KEYS, body=both)
    expect_equal((status, body["type"]), (400, "invalid_arguments"))
    expect_equal(api.list_api_keys().total_count, 0)


@check()
def expires_at_comes_back_as_the_same_instant_in_utc(sandbox):
    api = iam(sandbox)
    offset = NEXT_YEAR.astimezone(timezone(timedelta(hours=2)))
    fraction = NEXT_YEAR.replace(microsecond=250_000)
    for given in (NEXT_YEAR, offset, fraction):
        key = api.create_api_key(description="expires", application_id=APPLICATION, expires_at=given)
        expect_equal(key.expires_at, given)
        shown = send(api, "GET", f"{KEYS}/{key.access_key}").json()["expires_at"]
        assert shown.endswith("Z"), shown
        expect_equal(datetime.fromisoformat(shown.replace("Z", "+00:00")), given)
    whole = NEXT_YEAR.strftime("%Y-%m-%dT%H:%M:%S")
    for spelling in (f"{whole}Z", f"{whole}.000Z"):
        body = {"description": "expires", "application_id": APPLICATION, "expires_at": spelling}
        expect_equal(send(api, "POST", KEYS, body=body).json()["expires_at"], f"{whole}Z", spelling)


@check()
def expires_at_of_another_form_or_in_the_past_is_refused(sandbox):
    api = iam(sandbox)
    for what, moment, reason in (
        ("past", datetime.now(timezone.utc) - timedelta(hours=1), "constraint"),
        ("no offset", NEXT_YEAR.replace(tzinfo=None), "format"),
    ):
        found = refusal(api.create_api_key, description=what, application_id=APPLICATION, expires_at=moment)
        expect_invalid(found, "expires_at", reason)


@check()
def arguments_of_a_wrong_form_are_refused(sandbox):
    api = iam(sandbox)
    valid = {"description": "x" * 200, "application_id": APPLICATION}
    access_key = api.create_api_key(**valid).access_key
    for argument, value, reason in (
        ("description", "x" * 201, "constraint"),
        ("application_id", "not-a-uuid", "format"),
        ("default_project_id", "not-a-uuid", "format"),
    ):
        expect_invalid(refusal(api.create_api_key, **valid | {argument: value}), argument, reason)
    too_long = refusal(api.update_api_key, access_key=access_key, description="x" * 201)
    expect_invalid(too_long, "description", "constraint")


@check()
def unknown_members_are_refused(sandbox):
    body = {"description": "typo", "application_id": APPLICATION, "expire_at": "2099-01-01T00:00:00Z"}
    expect_invalid(refusal(send, iam(sandbox), "POST", KEYS, body=body), "expire_at", "unknown")


@check()
def update_changes_what_is_given_and_nothing_else(sandbox):
    api = iam(sandbox)
    created = api.create_api_key(description="old", application_id=APPLICATION)
    access_key = created.access_key

    updated = api.update_api_key(access_key=access_key, description="new", default_project_id=PROJECT)
    expect_equal((updated.description, updated.default_project_id), ("new", PROJECT))
    expect_equal(updated.created_at, created.created_at)
    assert updated.updated_at > created.updated_at

    dated = api.update_api_key(access_key=access_key, expires_at=NEXT_YEAR)
    expect_equal((dated.description, dated.default_project_id, dated.expires_at), ("new", PROJECT, NEXT_YEAR))
    expect_equal(api.get_api_key(access_key=access_key), dated)


@check()
def a_deleted_key_is_gone(sandbox):
    api = iam(sandbox)
    access_key = api.create_api_key(description="short-lived", application_id=APPLICATION).access_key
    api.delete_api_key(access_key=access_key)
    expect_equal(sandbox.journal("scaleway")[-1]["status"], 204)
    expect_equal(api.list_api_keys().total_count, 0)
    expect_equal(refusal(api.get_api_key, access_key=access_key), not_found(access_key))


@check()
def calls_on_an_unknown_access_key_are_not_found(sandbox):
    api = iam(sandbox)
    for call, arguments in (
        (api.get_api_key, {}),
        (api.update_api_key, {"description": "text"}),
        (api.delete_api_key, {}),
    ):
        expect_equal(refusal(call, access_key=UNKNOWN_KEY, **arguments), not_found(UNKNOWN_KEY))


@check()
def list_pages_through_all_keys_oldest_first(sandbox):
    api = iam(sandbox)
    created = [
        api.create_api_key(description=f"key {number}", application_id=APPLICATION).access_key for number in range(45)
    ]
    expect_equal(access_keys(api.list_api_keys_all()), created)
    first = api.list_api_keys()
    expect_equal((access_keys(first.api_keys), first.total_count), (created[:20], 45))
    expect_equal(access_keys(api.list_api_keys(page=3).api_keys), created[40:])
    expect_equal(access_keys(api.list_api_keys(page=2, page_size=30).api_keys), created[30:])
    expect_equal(access_keys(api.list_api_keys(page_size=100).api_keys), created)
    expect_equal(api.list_api_keys(page=4).api_keys, [])
    expect_invalid(refusal(api.list_api_keys, page_size=101), "page_size", "constraint")
    for order, expected in (
        (ListAPIKeysRequestOrderBy.CREATED_AT_DESC, created[::-1]),
        (ListAPIKeysRequestOrderBy.ACCESS_KEY_ASC, sorted(created)),
    ):
        expect_equal(access_keys(api.list_api_keys(order_by=order, page_size=100).api_keys), expected, order)


@check()
def list_filters_combine(sandbox):
    api = iam(sandbox)
    one = api.create_api_key(description="one", application_id=APPLICATION).access_key
    two = api.create_api_key(description="two", application_id=OTHER_APPLICATION, expires_at=NEXT_YEAR).access_key
    mine = api.create_api_key(description="mine", user_id=USER).access_key
    for filters, expected in (
        ({"bearer_type": BearerType.APPLICATION}, [one, two]),
        ({"bearer_type": BearerType.USER}, [mine]),
        ({"bearer_type": BearerType.UNKNOWN_BEARER_TYPE}, [one, two, mine]),
        ({"bearer_id": OTHER_APPLICATION}, [two]),
        ({"bearer_id": OTHER_APPLICATION, "bearer_type": BearerType.USER}, []),
        ({"application_id": APPLICATION}, [one]),
        ({"user_id": USER}, [mine]),
        ({"access_keys": [one, mine]}, [one, mine]),
        ({"access_key": two}, [two]),
        ({"description": "mine"}, [mine]),
        ({"expired": False}, [one, two, mine]),
        ({"expired": True}, []),
        ({"editable": True}, [one, two, mine]),
    ):
        expect_equal(access_keys(api.list_api_keys(**filters).api_keys), expected, filters)


@check()
def the_hundred_and_first_key_exceeds_the_quota(sandbox):
    api = iam(sandbox)
    for number in range(100):
        api.create_api_key(description=f"key {number}", application_id=APPLICATION)
    status, body = refusal(api.create_api_key, description="one too many", application_id=APPLICATION)
    expect_equal((status, body["type"]), (403, "quotas_exceeded"))
    expect_equal([(detail["quota"], detail["current"]) for detail in body["details"]], [(100, 100)])
