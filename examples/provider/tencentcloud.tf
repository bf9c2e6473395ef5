terraform {
  required_providers {
    tencentcloud = {
      source = "apikeys/tencentcloud"
    }
  }
}

# Credentials come from the environment in this example.
provider "tencentcloud" {
  region = "ap-guangzhou"
}
