# The access key. The secret key stays null: the service returns it only when the key is created.
terraform import scaleway_iam_api_key.example SCWXXXXXXXXXXXXXXXXX
