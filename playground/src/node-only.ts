/** Stands for modules of Node that a library mentions and a browser never asks for. */
export default {}
