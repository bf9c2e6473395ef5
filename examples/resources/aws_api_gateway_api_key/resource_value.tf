variable "key_value" {
  type      = string
  sensitive = true
}

# A value chosen by the user, in another region than the provider's, not in use yet.
resource "aws_api_gateway_api_key" "chosen" {
  provider = apikeys

  name    = "chosen"
  region  = "us-east-1"
  value   = var.key_value
  enabled = false
}
