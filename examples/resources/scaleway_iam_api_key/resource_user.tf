# Key of a user, with an expiry time

variable "user_id" {
  type = string
}

variable "project_id" {
  description = "The project that the key uses in Object Storage."
  type        = string
}

resource "scaleway_iam_api_key" "user" {
  provider = apikeys

  user_id            = var.user_id
  default_project_id = var.project_id
  expires_at         = "2040-01-31T12:00:00Z"

  lifecycle {
    # The new key is created before the old one is deleted.
    create_before_destroy = true
  }
}
