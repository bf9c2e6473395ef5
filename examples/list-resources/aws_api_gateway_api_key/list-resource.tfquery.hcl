# Keys by name

list "aws_api_gateway_api_key" "billing" {
  provider = apikeys

  config {
    name_prefix = "billing-"
  }
}
