# Keys of several regions

list "aws_api_gateway_api_key" "everywhere" {
  for_each = toset(["eu-west-1", "us-east-1"])
  provider = apikeys
  limit    = 1000

  config {
    region = each.value
  }
}
