# A new key in an existing plan

variable "usage_plan_id" {
  type = string
}

resource "aws_api_gateway_api_key" "billing" {
  provider = apikeys

  name = "billing"
}

resource "aws_api_gateway_usage_plan_key" "billing" {
  provider = apikeys

  key_id        = aws_api_gateway_api_key.billing.id
  key_type      = "API_KEY"
  usage_plan_id = var.usage_plan_id
}
