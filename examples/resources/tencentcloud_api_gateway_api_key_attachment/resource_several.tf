# One key in several plans

variable "usage_plan_ids" {
  type = set(string)
}

resource "tencentcloud_api_gateway_api_key_attachment" "several" {
  provider = apikeys

  for_each = var.usage_plan_ids

  api_key_id    = tencentcloud_api_gateway_api_key.billing.id
  usage_plan_id = each.key

  timeouts {
    create = "2m"
  }
}
