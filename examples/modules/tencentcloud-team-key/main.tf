# Gives a team a key of its own in a usage plan that exists. A module: call it once for each team.

terraform {
  required_providers {
    tencentcloud = {
      source = "apikeys/tencentcloud"
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

resource "tencentcloud_api_gateway_api_key" "team" {
  secret_name = var.team

  # A replacement is bound to the plan before the key it replaces is unbound.
  lifecycle {
    create_before_destroy = true
  }
}

resource "tencentcloud_api_gateway_api_key_attachment" "team" {
  api_key_id    = tencentcloud_api_gateway_api_key.team.id
  usage_plan_id = var.usage_plan_id

  lifecycle {
    create_before_destroy = true
  }
}

output "key" {
  description = "What the team signs its requests with."
  value = {
    id     = tencentcloud_api_gateway_api_key.team.access_key_id
    secret = tencentcloud_api_gateway_api_key.team.access_key_secret
  }
  sensitive = true

  # Nobody gets a key that is in no plan yet.
  depends_on = [tencentcloud_api_gateway_api_key_attachment.team]
}
