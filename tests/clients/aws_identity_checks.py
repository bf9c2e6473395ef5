"""Who arrives at AWS, and for which region: the provider beside boto3.

The sandbox refuses most of these callers; who they are is in the journal all the same. So a row can make up access key ids as it likes.
"""

import boto3
from botocore.config import Config

from checks import Sandbox
from identity import Arrival, Difference, Row, Table, compare


def call() -> None:
    """What boto3 does by itself."""
    boto3.client("apigateway", config=Config(retries={"total_max_attempts": 1})).get_api_keys(limit=1)


def variables(sandbox: Sandbox) -> dict[str, str]:
    return {
        "AWS_ENDPOINT_URL_API_GATEWAY": sandbox.urls["aws"],
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


def seen(entries: list[dict]) -> Arrival:
    """The access key id and the region."""
    lists = [entry for entry in entries if entry["operation"] == "GetApiKeys"]
    return (lists[-1]["access_key_id"], lists[-1]["region"]) if lists else None


MAIN = {"AWS_ACCESS_KEY_ID": "$main", "AWS_SECRET_ACCESS_KEY": "$main_secret"}
IRELAND = {"AWS_DEFAULT_REGION": "eu-west-1"}
KNOWN_TO_OTHERS = "boto3 does not know AWS_REGION; the vendor's other SDKs and the official provider do"

TABLE = Table(
    module=__name__,
    source="hashicorp/aws",
    resource='resource "aws_api_gateway_api_key" "test" {\n  name = "test"\n}',
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
    ],
)
