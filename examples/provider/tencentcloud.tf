terraform {
  required_providers {
    tencentcloud = {
      source = "apikeys/tencentcloud"
    }
  }
}

# Credentials come from the environment here.
provider "tencentcloud" {
  region = "ap-guangzhou"
}
