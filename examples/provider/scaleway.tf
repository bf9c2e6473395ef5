terraform {
  required_providers {
    scaleway = {
      source = "apikeys/scaleway"
    }
  }
}

# Credentials and the organization come from the environment in this example.
provider "scaleway" {}
