/// Reading and writing of YAML.
public enum YAML {}
