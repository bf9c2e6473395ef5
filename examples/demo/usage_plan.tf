# The AWS key of main.tf, put into a usage plan that exists. `cargo demo` adds this file once it has a plan.

variable "usage_plan_id" {
  description = "ID of the usage plan."
  type        = string
}

resource "aws_api_gateway_usage_plan_key" "demo" {
  key_id        = aws_api_gateway_api_key.demo.id
  key_type      = "API_KEY"
  usage_plan_id = var.usage_plan_id
}
