import {
  provider = apikeys

  to = aws_api_gateway_usage_plan_key.billing
  id = "u1v2w3/a1b2c3d4e5"
}
