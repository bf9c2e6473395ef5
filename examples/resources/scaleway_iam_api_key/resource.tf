# Key of an application

variable "application_id" {
  description = "Such as scaleway_iam_application.deployment.id of the official provider."
  type        = string
}

resource "scaleway_iam_api_key" "example" {
  provider = apikeys

  application_id = var.application_id
  description    = "For the deployment"
}
