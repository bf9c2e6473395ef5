# Chosen id and secret

variable "key_secret" {
  type      = string
  sensitive = true
}

resource "tencentcloud_api_gateway_api_key" "manual" {
  provider = apikeys

  secret_name       = "manual"
  access_key_type   = "manual"
  access_key_id     = "billing_2030"
  access_key_secret = var.key_secret
}
