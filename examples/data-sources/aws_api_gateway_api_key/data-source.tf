data "aws_api_gateway_api_key" "example" {
  provider = apikeys

  id = "a1b2c3d4e5"
}

# What callers send in the header x-api-key.
output "key" {
  value     = data.aws_api_gateway_api_key.example.value
  sensitive = true
}
