# Application

resource "scaleway_iam_application" "example" {
  provider = apikeys

  name        = "deployment"
  description = "Deploys the website"
  tags        = ["team-web"]
}
