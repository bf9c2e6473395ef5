# The ID of the application.
terraform import scaleway_iam_application.example 11111111-2222-3333-4444-555555555555
