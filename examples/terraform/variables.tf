variable "region" {
  type        = string
  description = "The Region whose findings and instances the stack is for."
}

variable "packaged" {
  type        = string
  description = "The template that `go tool task package` wrote."
  default     = "../../dist/packaged.yaml"
}

variable "stack" {
  type        = string
  description = "The name of the stack. `quarantine --stack` takes it."
  default     = "quarantine"
}

variable "alert_email" {
  type        = string
  description = "Who hears of incidents. The address has to confirm the subscription."

  validation {
    condition     = can(regex("^[^@\\s]+@[^@\\s]+$", var.alert_email))
    error_message = "Somebody has to be told of an incident: give an e-mail address."
  }
}

variable "operations_email" {
  type        = string
  description = "Who hears of alarms about the system itself."
  default     = ""
}

variable "architecture" {
  type        = string
  description = "What the functions were built for: arm64, or x86_64 after `GOARCH=amd64 go tool task package`."
  default     = "arm64"
}

variable "release_mode" {
  type        = string
  description = "manual, or approval: ask after each containment whether to release."
  default     = "manual"
}

variable "policy_parameter" {
  type        = string
  description = "The SSM parameter with a policy of your own."
  default     = ""
}

variable "slack_webhook_parameter" {
  type        = string
  description = "The SSM SecureString with the address of a Slack webhook."
  default     = ""
}

variable "approval_key_parameter" {
  type        = string
  description = "The SSM SecureString with the key that signs the links on which people decide."
  default     = ""
}
