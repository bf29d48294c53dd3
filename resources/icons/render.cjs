/** Draws icon.svg into icon.png (512 x 512, transparent corners): `npx electron resources/icons/render.cjs`. */
const { readFileSync, writeFileSync } = require('node:fs');
const { join } = require('node:path');
const { app, BrowserWindow } = require('electron');

const SIZE = 512;

async function render() {
  await app.whenReady();
  const window = new BrowserWindow({ show: false, webPreferences: { sandbox: true } });
  await window.loadURL('data:text/html,<canvas></canvas>');
  const svg = readFileSync(join(__dirname, 'icon.svg')).toString('base64');
  const png = await window.webContents.executeJavaScript(`new Promise((resolve, reject) => {
    const image = new Image();
    image.onerror = () => reject(new Error('icon.svg cannot be drawn'));
    image.onload = () => {
      const canvas = document.querySelector('canvas');
      canvas.width = canvas.height = ${SIZE};
      canvas.getContext('2d').drawImage(image, 0, 0, ${SIZE}, ${SIZE});
      resolve(canvas.toDataURL('image/png').split(',')[1]);
    };
    image.src = 'data:image/svg+xml;base64,${svg}';
  })`);
  writeFileSync(join(__dirname, 'icon.png'), Buffer.from(png, 'base64'));
}

render()
  .then(() => app.exit(0))
  .catch((error) => {
    console.error(error);
    app.exit(1);
  });
