"""The ground floor: values as JSON has them, told to the type checkers and read one by one."""
