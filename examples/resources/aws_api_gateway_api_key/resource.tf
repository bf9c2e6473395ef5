resource "aws_api_gateway_api_key" "example" {
  provider = apikeys

  name        = "example"
  description = "For the billing service"

  tags = {
    Stage = "production"
  }
}
