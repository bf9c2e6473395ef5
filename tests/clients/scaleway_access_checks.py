"""Who may call Scaleway IAM, when and how often, through the scaleway package."""

import uuid

import requests
from scaleway import Client
from scaleway.iam.v1alpha1 import IamV1Alpha1API

from checks import Setting, check, expect_equal, expect_error
from scaleway_checks import APPLICATION, iam, refusal


@check()
def the_announced_environment_is_all_the_client_needs(sandbox):
    with sandbox.as_environment():
        api = IamV1Alpha1API(Client.from_env())
    expect_equal(api.list_api_keys().total_count, 0)


@check()
def a_wrong_or_missing_secret_is_refused(sandbox):
    for what, secret in (("wrong", str(uuid.UUID(int=0))), ("missing", None)):
        status, body = refusal(iam(sandbox, secret_key=secret).list_api_keys)
        expect_equal((status, body["type"]), (401, "denied_authentication"), what)
    wrong = iam(sandbox, secret_key=str(uuid.UUID(int=0)))
    _, body = refusal(wrong.create_api_key, description="nobody's", application_id=APPLICATION)
    expect_equal((body["method"], body["reason"]), ("api_key", "not_found"))
    expect_equal(iam(sandbox).list_api_keys().total_count, 0)


@check()
def a_throttle_has_no_body_which_the_client_cannot_read(sandbox):
    sandbox.queue_fault(cloud="scaleway", kind={"throttle": {}})
    api = iam(sandbox)
    expect_error(requests.JSONDecodeError, api.list_api_keys)
    expect_equal(sandbox.journal("scaleway")[-1]["status"], 429)
    expect_equal(api.list_api_keys().total_count, 0)


@check(Setting.CLOCK_AHEAD)
def a_token_does_not_depend_on_the_clients_clock(sandbox):
    expect_equal(iam(sandbox).list_api_keys().total_count, 0)
