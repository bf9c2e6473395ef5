# A key that is replaced without a gap

# The new key is in the plan before the old one leaves it.
resource "aws_api_gateway_api_key" "rotated" {
  provider = apikeys

  name = "rotated-2030-01"

  lifecycle {
    create_before_destroy = true
    replace_triggered_by  = [terraform_data.period]
  }
}

resource "terraform_data" "period" {
  input = "2030-01"
}

resource "aws_api_gateway_usage_plan_key" "rotated" {
  provider = apikeys

  key_id        = aws_api_gateway_api_key.rotated.id
  key_type      = "API_KEY"
  usage_plan_id = var.usage_plan_id

  lifecycle {
    create_before_destroy = true
  }
}
