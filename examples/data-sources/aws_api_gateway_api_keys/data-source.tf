# Keys by name

data "aws_api_gateway_api_keys" "billing" {
  provider = apikeys

  name_prefix = "billing-"
}

output "billing_key_ids" {
  value = { for key in data.aws_api_gateway_api_keys.billing.items : key.name => key.id... }
}
