list "aws_api_gateway_usage_plan_key" "partners" {
  provider = apikeys

  config {
    usage_plan_id = "u1v2w3"
  }
}
