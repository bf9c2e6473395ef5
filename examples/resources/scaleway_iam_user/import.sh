# The ID of the user. The first password stays null.
terraform import scaleway_iam_user.example 11111111-2222-3333-4444-555555555555
