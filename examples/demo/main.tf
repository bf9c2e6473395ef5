# One key on each cloud, for `cargo demo`. Credentials and endpoints come from the environment.

terraform {
  required_providers {
    aws = {
      source = "apikeys/aws"
    }
    scaleway = {
      source = "apikeys/scaleway"
    }
    tencentcloud = {
      source = "apikeys/tencentcloud"
    }
  }
}

variable "in_service" {
  description = "Whether the keys are in service. A change takes effect in place."
  type        = bool
  default     = true
}

resource "aws_api_gateway_api_key" "demo" {
  name    = "demo"
  enabled = var.in_service

  tags = {
    created-by = "cargo demo"
  }
}

resource "tencentcloud_api_gateway_api_key" "demo" {
  secret_name = "demo"
  status      = var.in_service ? "on" : "off"
}

resource "scaleway_iam_api_key" "demo" {
  application_id = "11111111-1111-4111-8111-111111111111"
  description    = var.in_service ? "in service" : "out of service"
}

output "aws_key" {
  description = "What callers of the API send."
  value       = aws_api_gateway_api_key.demo.value
  sensitive   = true
}
