# Gives a team a key of its own in a usage plan that exists. A module: call it once for each team.

terraform {
  required_providers {
    aws = {
      source = "apikeys/aws"
    }
  }
}

variable "team" {
  description = "Name of the team."
  type        = string
}

variable "usage_plan_id" {
  description = "ID of the usage plan that says what the team may call, and how often."
  type        = string
}

resource "aws_api_gateway_api_key" "team" {
  name        = var.team
  description = "Key of the team ${var.team}"

  tags = {
    Team = var.team
  }

  # A replacement is in the plan before the key it replaces leaves it.
  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_api_gateway_usage_plan_key" "team" {
  key_id        = aws_api_gateway_api_key.team.id
  key_type      = "API_KEY"
  usage_plan_id = var.usage_plan_id

  lifecycle {
    create_before_destroy = true
  }
}

# Of the attachment, so that nobody gets a key that is in no plan yet.
output "key" {
  description = "What the team sends in the header x-api-key."
  value       = aws_api_gateway_usage_plan_key.team.value
  sensitive   = true
}
