# A new key in an existing plan

variable "usage_plan_id" {
  type = string
}

resource "tencentcloud_api_gateway_api_key" "billing" {
  provider = apikeys

  secret_name = "billing"
  status      = "on"
}

resource "tencentcloud_api_gateway_api_key_attachment" "billing" {
  provider = apikeys

  api_key_id    = tencentcloud_api_gateway_api_key.billing.id
  usage_plan_id = var.usage_plan_id
}
