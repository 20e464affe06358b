module certauth/differential

go 1.19
