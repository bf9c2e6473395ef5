# Generated value

resource "aws_api_gateway_api_key" "example" {
  provider = apikeys

  name        = "example"
  description = "For the billing service"

  tags = {
    Stage = "production"
  }
}

# What callers send in the header x-api-key.
output "key" {
  value     = aws_api_gateway_api_key.example.value
  sensitive = true
}
