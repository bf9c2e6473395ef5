import {
  provider = apikeys

  to = aws_api_gateway_usage_plan_key.billing
  identity = {
    usage_plan_id = "u1v2w3"
    key_id        = "a1b2c3d4e5"

    # Optional
    # region     = "eu-west-1"
    # account_id = "123456789012"
  }
}
