# Key of an application

resource "scaleway_iam_application" "deployment" {
  provider = apikeys

  name = "deployment"
}

resource "scaleway_iam_api_key" "example" {
  provider = apikeys

  application_id = scaleway_iam_application.deployment.id
  description    = "For the deployment"
}
