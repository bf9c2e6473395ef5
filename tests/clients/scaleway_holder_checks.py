"""Scaleway IAM applications and users through the scaleway package."""

import uuid

from scaleway.iam.v1alpha1 import (
    CreateUserRequestMember,
    ListApplicationsRequestOrderBy,
    ListUsersRequestOrderBy,
    UserType,
)

from checks import check, expect_equal
from scaleway_checks import expect_invalid, iam, refusal


def member(username: str, **given) -> CreateUserRequestMember:
    """A member with an address of the same name."""
    unset = {"password": "", "first_name": "", "last_name": "", "phone_number": "", "locale": ""}
    flags = {"send_password_email": False, "send_welcome_email": False}
    return CreateUserRequestMember(email=f"{username}@example.com", username=username, **unset | flags | given)


def missing(resource: str, identifier: str) -> tuple[int, dict]:
    return 404, {
        "message": "resource is not found",
        "resource": resource,
        "resource_id": identifier,
        "type": "not_found",
    }


@check()
def an_application_is_created_changed_and_deleted(sandbox):
    api = iam(sandbox)
    made = api.create_application(name="ci", description="a description", tags=["one"])
    expect_equal(str(uuid.UUID(made.id)), made.id)
    expect_equal((made.name, made.description, made.tags), ("ci", "a description", ["one"]))
    expect_equal(made.organization_id, sandbox.environment["SCW_DEFAULT_ORGANIZATION_ID"])
    expect_equal((made.editable, made.deletable, made.managed, made.nb_api_keys), (True, True, False, 0))
    expect_equal(made.created_at, made.updated_at)

    changed = api.update_application(application_id=made.id, name="cd", tags=[])
    expect_equal((changed.name, changed.description, changed.tags), ("cd", "a description", []))
    assert changed.updated_at > made.updated_at
    expect_equal(api.get_application(application_id=made.id), changed)

    api.delete_application(application_id=made.id)
    expect_equal(sandbox.journal("scaleway")[-1]["status"], 204)
    expect_equal(refusal(api.get_application, application_id=made.id), missing("application", made.id))


@check()
def a_member_is_created_changed_renamed_and_deleted(sandbox):
    api = iam(sandbox)
    made = api.create_user(member=member("foo", first_name="Foo"), tags=["one"])
    expect_equal((made.username, made.email, made.first_name), ("foo", "foo@example.com", "Foo"))
    expect_equal((made.locale, made.tags, made.locked, made.mfa), ("en_US", ["one"], False, False))
    expect_equal((made.type_, made.deletable, made.last_login_at), (UserType.MEMBER, True, None))

    changed = api.update_user(user_id=made.id, email="bar@example.com", tags=[], first_name="")
    expect_equal((changed.email, changed.tags, changed.first_name), ("bar@example.com", [], ""))
    renamed = api.update_user_username(user_id=made.id, username="bar")
    expect_equal((renamed.username, renamed.email), ("bar", "bar@example.com"))
    assert api.get_user(user_id=made.id).updated_at > renamed.updated_at

    api.delete_user(user_id=made.id)
    expect_equal(refusal(api.get_user, user_id=made.id), missing("user", made.id))


@check()
def a_username_belongs_to_one_user(sandbox):
    api = iam(sandbox)
    api.create_user(member=member("foo"), tags=[])
    expect_invalid(refusal(api.create_user, member=member("foo"), tags=[]), "username", "constraint")


@check()
def holders_take_their_keys_along(sandbox):
    api = iam(sandbox)
    application = api.create_application(name="ci", description="", tags=[])
    user = api.create_user(member=member("foo"), tags=[])
    api.create_api_key(description="", application_id=application.id)
    api.create_api_key(description="", user_id=user.id)
    expect_equal(api.get_application(application_id=application.id).nb_api_keys, 1)
    api.delete_application(application_id=application.id)
    api.delete_user(user_id=user.id)
    expect_equal(api.list_api_keys().total_count, 0)
    gone = refusal(api.create_api_key, description="", application_id=application.id)
    expect_equal(gone, missing("application", application.id))


@check()
def lists_page_and_filter(sandbox):
    api = iam(sandbox)
    for number in range(25):
        api.create_application(name=f"app {number:02}", description="", tags=[f"tag {number:02}"])
    every = api.list_applications_all()
    expect_equal([found.name for found in every], [f"app {number:02}" for number in range(25)])
    latest = api.list_applications(order_by=ListApplicationsRequestOrderBy.CREATED_AT_DESC, page_size=1)
    expect_equal(([found.name for found in latest.applications], latest.total_count), (["app 24"], 25))
    expect_equal([found.name for found in api.list_applications_all(tag="tag 07")], ["app 07"])
    expect_equal([found.name for found in api.list_applications_all(application_ids=[every[3].id])], ["app 03"])

    made = api.create_user(member=member("foo"), tags=["one"])
    order = ListUsersRequestOrderBy.CREATED_AT_DESC
    users = api.list_users_all(order_by=order)
    expect_equal([user.type_ for user in users], [UserType.MEMBER, UserType.OWNER])
    expect_equal([user.id for user in api.list_users_all(tag="one")], [made.id])


@check()
def the_caller_finds_out_its_organization(sandbox):
    api = iam(sandbox)
    own = api.get_api_key(access_key=sandbox.environment["SCW_ACCESS_KEY"])
    owner = api.get_user(user_id=own.user_id)
    expect_equal(owner.organization_id, sandbox.environment["SCW_DEFAULT_ORGANIZATION_ID"])
    expect_equal(owner.type_, UserType.OWNER)
