# Keys of a customer, with their values

data "aws_api_gateway_api_keys" "customer" {
  provider = apikeys

  customer_id    = "example-customer"
  include_values = true
}

output "customer_keys" {
  value     = { for key in data.aws_api_gateway_api_keys.customer.items : key.id => key.value }
  sensitive = true
}
