package quarantine

// Role is a role of IAM's. A name can be another role's later; an id never is.
type Role struct {
	Name, ID, ARN string
}
