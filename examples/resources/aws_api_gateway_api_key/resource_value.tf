# Chosen value

variable "key_value" {
  type      = string
  sensitive = true
}

# In another region than the provider's, and not enabled yet.
resource "aws_api_gateway_api_key" "chosen" {
  provider = apikeys

  name    = "chosen"
  region  = "us-east-1"
  value   = var.key_value
  enabled = false
}
