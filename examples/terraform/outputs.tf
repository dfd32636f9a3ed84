output "stack" {
  description = "For the commands of people on call: quarantine list --stack ..."
  value       = aws_cloudformation_stack.quarantine.id
}

output "dashboard" {
  value = aws_cloudformation_stack.quarantine.outputs["DashboardUrl"]
}
