# The access key. The secret key is not known afterwards: the service tells it only once.
terraform import scaleway_iam_api_key.example SCWXXXXXXXXXXXXXXXXX
