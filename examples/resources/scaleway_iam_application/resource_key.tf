# Application with a key

resource "scaleway_iam_application" "backup" {
  provider = apikeys

  name = "backup"
}

resource "scaleway_iam_api_key" "backup" {
  provider = apikeys

  application_id = scaleway_iam_application.backup.id
  description    = "For the nightly backup"
}

output "backup_access_key" {
  value = scaleway_iam_api_key.backup.access_key
}

output "backup_secret_key" {
  value     = scaleway_iam_api_key.backup.secret_key
  sensitive = true
}
